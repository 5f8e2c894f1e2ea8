using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>What <c>nginx -V</c> says of a binary.</summary>
/// <param name="Version">Its version.</param>
/// <param name="HasHttp3">Whether it speaks HTTP/3: from 1.25 on, if it was built with that module.</param>
internal sealed partial record NginxBuild(Version Version, bool HasHttp3)
{
    private static readonly Version FirstWithHttp3 = new(1, 25, 0);

    /// <summary>Asks an nginx binary.</summary>
    /// <exception cref="DistributedApplicationException">It is not there, or is not nginx.</exception>
    public static Task<NginxBuild> AskAsync(string command, CancellationToken cancellationToken) =>
        AskAsync(
            CommandPath.Find(command) ?? throw new DistributedApplicationException(
                $"nginx was not found as '{command}': install it (apt-get install nginx), or set NGINX to its path."),
            ["-V"],
            cancellationToken);

    /// <summary>Asks an nginx by the command line that has it answer.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be run, or is not nginx.</exception>
    public static async Task<NginxBuild> AskAsync(string path, string[] arguments, CancellationToken cancellationToken)
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

    /// <summary>Reads <c>nginx version: nginx/1.29.3</c> and, lines below, <c>configure arguments: --with-http_v3_module ...</c>.</summary>
    internal static NginxBuild? Read(string said)
    {
        if (VersionPattern().Match(said) is not { Success: true } match)
        {
            return null;
        }

        var version = Version.Parse(match.Groups[1].Value);
        return new NginxBuild(version, version >= FirstWithHttp3 && said.Contains("--with-http_v3_module", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"nginx version: \S+/(\d+\.\d+\.\d+)")]
    private static partial Regex VersionPattern();
}
