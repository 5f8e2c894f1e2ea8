using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.Nginx.Configuration;

namespace Aspire.Hosting.Nginx.Container;

/// <summary>
/// nginx in a container instead of a process. It shares the network of the machine and sees the same folders under the same paths,
/// so it runs on the same configuration, down to sockets and stores; <c>run</c> stays in the foreground, so it is supervised like a process.
/// </summary>
/// <param name="runtime">Path of podman or docker.</param>
/// <param name="name">The container's name: that of its run directory, so that what a killed AppHost left can be found and removed.</param>
internal sealed class NginxContainer(string runtime, string name)
{
    private static readonly string[] Runtimes = ["podman", "docker"];

    public string Runtime => runtime;

    /// <summary>A container for a run directory; null if there is no runtime.</summary>
    /// <param name="runDirectory">Full path.</param>
    /// <param name="wanted">The runtime; null for whichever is there.</param>
    public static NginxContainer? For(string runDirectory, string? wanted)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(runDirectory)))[..12];
        return (wanted is { Length: > 0 } ? [wanted] : Runtimes).Select(program => CommandPath.Find(program)).OfType<string>().FirstOrDefault() is { } runtime
            ? new NginxContainer(runtime, $"cdn-edge-{hash}")
            : null;
    }

    /// <summary>Arguments of the runtime, to which those of nginx are appended.</summary>
    /// <param name="writable">Folders that nginx writes to, or connects to sockets in.</param>
    /// <param name="readable">Files and folders that it reads.</param>
    public string[] Run(IEnumerable<string> writable, IEnumerable<string> readable) =>
    [
        "run", "--rm", "--name", name, "--network", "host", "--read-only",
        .. writable.Distinct().SelectMany(path => (string[])["--volume", $"{path}:{path}"]),
        .. readable.Distinct().SelectMany(path => (string[])["--volume", $"{path}:{path}:ro"]),
        "--entrypoint", "nginx", NginxContainerImageTags.Whole,
    ];

    /// <summary>What asks it for its version and modules. The image is pulled if it is not there, which may take a while.</summary>
    public static string[] AskBuild() => ["run", "--rm", "--entrypoint", "nginx", NginxContainerImageTags.Whole, "-V"];

    /// <summary>What has it open its logs anew.</summary>
    public string[] ReopenLogs() => ["kill", "--signal", "USR1", name];

    /// <summary>Removes what an AppHost left that was killed.</summary>
    public async Task RemoveAsync(CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(runtime, ["rm", "--force", name])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(cancellationToken), process.StandardError.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken); // One that is not there is no failure.
    }
}
