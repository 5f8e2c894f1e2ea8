using System.Diagnostics;
using Cdn.Hosting;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Hosting.Processes;

/// <summary>The real AppHost in a process of its own, on free ports.</summary>
internal sealed class AppHostProcess : IDisposable
{
    private readonly TemporaryFolder _data = new();
    private readonly Process _process;
    private readonly Task<string> _errors;

    public AppHostProcess(params (string Name, string Value)[] environment)
        : this([typeof(Projects.Cdn_AppHost).Assembly.Location], environment)
    {
    }

    private AppHostProcess(string[] command, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(CommandPath.Find("dotnet", "/")!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[.. command, "DcpPublisher:RandomizePorts=true"])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["ASPIRE_CLI_PATH"] = "/nonexistent/aspire";
        start.Environment["DATA_DIR"] = _data.Path;
        foreach (var (name, value) in environment)
        {
            if (name == "DcpPublisher:RandomizePorts")
            {
                start.ArgumentList[^1] = $"{name}={value}";
            }
            else
            {
                start.Environment[name] = value;
            }
        }

        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The AppHost as a user starts it, without building it again.</summary>
    public static AppHostProcess ByDotnetRun()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return new AppHostProcess(
            ["run", "--no-build", "--configuration", configuration, "--project", Path.Combine(Repository.Root, "Cdn.AppHost"), "--"], []);
    }

    public int Pid => _process.Id;

    /// <summary>What the AppHost keeps, in a folder of its own.</summary>
    public TemporaryFolder Data => _data;

    public Task WaitUntilUpAsync() => LineAsync("is up after");

    /// <summary>The next line of its output that has a text in it.</summary>
    public async Task<string> LineAsync(string text)
    {
        while (await _process.StandardOutput.ReadLineAsync(TestApp.Cancel) is { } line)
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        Assert.Fail($"The AppHost has ended: {await _errors}");
        return "";
    }

    /// <summary>Reads both outputs to their end, which comes only when nobody holds them any more, and waits for the exit code.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(TestApp.Cancel);
        var errors = await _errors.WaitAsync(TestApp.Cancel);
        await _process.WaitForExitAsync(TestApp.Cancel);
        return (_process.ExitCode, output, errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        _data.Dispose();
    }
}
