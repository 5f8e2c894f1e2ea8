using System.Diagnostics;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Deploy;

/// <summary>
/// podman with images, containers and networks of one test's own, of which nothing is left. Nothing is pulled: the images that
/// ours are built upon are made here from what this machine has, under the public names.
/// </summary>
internal sealed class Podman : IAsyncDisposable
{
    /// <summary>
    /// The collection of all tests that use it: two that set up networks at the same time get in each other's way.
    /// </summary>
    public const string Name = "podman";

    private static readonly string[] Folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/lib/podman", "/usr/libexec/podman"];

    private static readonly string[] Variables = ["CONTAINERS_CONF", "CONTAINERS_STORAGE_CONF", "ASPIRE_CONTAINER_RUNTIME"];

    private readonly TemporaryFolder _own = new();
    private readonly (string, string)[] _environment;

    private Podman()
    {
        // Ulimits that may always be set, the runtime that does without the newest cgroups, and events: an orchestrator follows
        // them.
        File.WriteAllText(_own.Of("containers.conf"), $"""
            [engine]
            {(Find("runc") is { } runc ? $"runtime = \"{runc}\"" : "")}
            cgroup_manager = "cgroupfs"
            events_logger = "file"
            [containers]
            default_ulimits = ["nofile=1024:1024", "nproc=1000:1000"]
            [network]
            network_backend = "netavark"
            network_config_dir = "{_own.Of("networks")}"
            """);
        File.WriteAllText(_own.Of("storage.conf"), $"""
            [storage]
            driver = "overlay"
            graphroot = "{_own.Of("graph")}"
            runroot = "{_own.Of("run")}"
            """);
        _environment = [(Variables[0], _own.Of("containers.conf")), (Variables[1], _own.Of("storage.conf")), (Variables[2], "podman")];
    }

    /// <summary>podman, or the reason why a test cannot use it.</summary>
    public static async Task<(Podman? Podman, string Why)> StartAsync()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return (null, "podman is only tried by root on Linux.");
        }

        foreach (var program in (string[])["podman", "podman-compose", "netavark", "aardvark-dns", "iptables"])
        {
            if (Find(program) is null)
            {
                return (null, $"{program} is not installed (apt-get install podman podman-compose netavark aardvark-dns iptables runc).");
            }
        }

        var podman = new Podman();
        try
        {
            // Whether containers can be run at all is found out with the smallest there is: a program without a system.
            await StandInImage.CreateAsync(podman, "localhost/true", ["/bin/true"]);
            await podman.RunAsync("run", "--rm", "localhost/true", "/bin/true");
            return (podman, "");
        }
        catch (InvalidOperationException e)
        {
            await podman.DisposeAsync();
            return (null, $"podman does not work here: {e.Message}");
        }
    }

    /// <summary>Makes the stand-in for nginx's image.</summary>
    public Task CreateNginxAsync() => StandInImage.CreateAsync(this, "docker.io/library/nginx:1.29",
    [
        "/usr/sbin/nginx", "/usr/bin/curl",
        .. new[]
        {
            "sh", "base64", "cat", "chown", "cksum", "cp", "dirname", "grep", "id", "ln", "mkdir", "rm", "sed", "seq", "sleep",
            "tr",
        }.Select(program => $"/bin/{program}"),
    ]);

    /// <summary>
    /// Has what is started from here on use the same images: an AppHost in this process, and the podman that it runs.
    /// </summary>
    public void UseInThisProcess()
    {
        foreach (var (name, value) in _environment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    public static void UseNoneInThisProcess()
    {
        foreach (var name in Variables)
        {
            Environment.SetEnvironmentVariable(name, null);
        }
    }

    /// <summary>Runs it; what it says, errors last.</summary>
    public Task<string> RunAsync(params string[] arguments) => RunAsync("podman", arguments, []);

    public Task<string> ComposeAsync(string file, string project, (string, string)[] environment, params string[] arguments) =>
        RunAsync("podman-compose", ["-p", project, "-f", file, .. arguments], environment);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await RunAsync("rm", "--all", "--force", "--time", "0");
        }
        catch (InvalidOperationException)
        {
            // It never worked.
        }

        // An orchestrator that ends by itself may still be removing what it made here.
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _own.Dispose();
                return;
            }
            catch (IOException) when (attempt < 20)
            {
                await Task.Delay(TimeSpan.FromSeconds(0.5));
            }
        }
    }

    private async Task<string> RunAsync(string program, string[] arguments, (string, string)[] environment)
    {
        var start = new ProcessStartInfo(Find(program)!, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root,
        };
        foreach (var (name, value) in _environment.Concat(environment))
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output + errors
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors}{await output}");
    }

    private static string? Find(string program) => Folders.Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
