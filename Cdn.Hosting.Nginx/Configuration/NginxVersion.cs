using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Cdn.Hosting.Nginx.Configuration;

/// <summary>What <c>nginx -v</c> says.</summary>
internal static partial class NginxVersion
{
    /// <summary>The version of an nginx binary.</summary>
    /// <exception cref="DistributedApplicationException">It is not there, or is not nginx.</exception>
    public static Task<Version> AskAsync(string command, CancellationToken cancellationToken) =>
        AskAsync(
            CommandPath.Find(command) ?? throw new DistributedApplicationException(
                $"nginx was not found as '{command}': install it (apt-get install nginx), or set NGINX to its path."),
            ["-v"],
            cancellationToken);

    /// <summary>The version that a command line makes an nginx say.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be run, or is not nginx.</exception>
    public static async Task<Version> AskAsync(string path, string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, arguments) { RedirectStandardError = true })!;
            var said = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return Read(said) ?? throw new DistributedApplicationException($"{path} {string.Join(' ', arguments)} does not say a version as nginx does: {said.Trim()}");
        }
        catch (Win32Exception e)
        {
            throw new DistributedApplicationException($"{path} cannot be run: {e.Message}.");
        }
    }

    /// <summary>Reads <c>nginx version: nginx/1.22.1</c>.</summary>
    internal static Version? Read(string said) =>
        VersionPattern().Match(said) is { Success: true } match ? Version.Parse(match.Groups[1].Value) : null;

    [GeneratedRegex(@"nginx version: \S+/(\d+\.\d+\.\d+)")]
    private static partial Regex VersionPattern();
}
