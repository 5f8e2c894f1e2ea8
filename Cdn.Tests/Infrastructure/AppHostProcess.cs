using System.Diagnostics;

namespace Cdn.Tests.Infrastructure;

/// <summary>The AppHost in a process of its own, as a user starts it, on free ports.</summary>
internal sealed class AppHostProcess : IAsyncDisposable
{
    /// <summary>Time that anything may take: 2 minutes. It is a bound for a broken test, not a claim about speed.</summary>
    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _patience = new(AtMost);
    private readonly Process _process;
    private readonly Task<string> _errors;

    private AppHostProcess(IEnumerable<string> command, IEnumerable<string> arguments, IEnumerable<(string Name, string Value)> environment)
    {
        StartsProcessesAttribute.Demand();
        string[] all = [.. command, .. arguments];
        var start = new ProcessStartInfo(all[0], all[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["DATA_DIR"] = Data.Path;
        start.Environment["DASHBOARD"] = "off";
        start.Environment["EDGE_CERT"] = TestCertificate.CertificateFile;
        start.Environment["EDGE_KEY"] = TestCertificate.KeyFile;
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public int Pid => _process.Id;

    /// <summary>What the AppHost keeps, in a folder of its own.</summary>
    public TemporaryFolder Data { get; } = new();

    /// <summary>The AppHost, with settings from the environment.</summary>
    public static AppHostProcess Start(params (string Name, string Value)[] environment) => new(Program, ["DcpPublisher:RandomizePorts=true"], environment);

    /// <summary>The AppHost, with arguments and the ports that it has by default.</summary>
    public static AppHostProcess StartWith(params string[] arguments) => new(Program, arguments, []);

    /// <summary>The AppHost as the user nobody; only root can start it.</summary>
    public static AppHostProcess StartAsNobody(params (string Name, string Value)[] environment) =>
        new(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. Program], [], environment);

    /// <summary>The AppHost by <c>dotnet run</c>, without building it again.</summary>
    public static AppHostProcess ByDotnetRun()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return new AppHostProcess(
            ["dotnet", "run", "--no-build", "--configuration", configuration, "--project", Path.Combine(Repository.Root, "Cdn.AppHost"), "--"],
            ["DcpPublisher:RandomizePorts=true"],
            []);
    }

    public Task WaitUntilUpAsync() => LineAsync("The CDN is up after");

    /// <summary>The next line of its output that has a text in it.</summary>
    public async Task<string> LineAsync(string text)
    {
        while (await _process.StandardOutput.ReadLineAsync(_patience.Token) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        Assert.Fail($"The AppHost has ended: {await _errors}");
        return "";
    }

    /// <summary>All processes that it has started, however far from it: they inherit its <c>DATA_DIR</c>.</summary>
    public IReadOnlyList<int> Started() => [.. ProcessTable.WithVariable($"DATA_DIR={Data.Path}").Where(pid => pid != Pid)];

    /// <summary>Reads what is left of its output, and waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(_patience.Token);
        var errors = await _errors.WaitAsync(_patience.Token);
        await _process.WaitForExitAsync(_patience.Token);
        return (_process.ExitCode, output, errors);
    }

    /// <summary>Ends it, and waits until nothing that it has started writes to its folder any more.</summary>
    public async ValueTask DisposeAsync()
    {
        var started = Started();
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await ProcessTable.WaitForEndAsync(started);
        _process.Dispose();
        _patience.Dispose();
        Data.Dispose();
    }

    private static string[] Program => ["dotnet", Repository.AssemblyOf("Cdn.AppHost")];
}
