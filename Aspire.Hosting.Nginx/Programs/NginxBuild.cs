using System.Text.RegularExpressions;
using Aspire.Hosting.Nginx.Running;

namespace Aspire.Hosting.Nginx.Programs;

/// <summary>What <c>nginx -V</c> says of a binary.</summary>
/// <param name="Version">Its version.</param>
/// <param name="HasHttp3">Whether it speaks HTTP/3: from 1.25 on, if it was built with that module.</param>
internal sealed partial record NginxBuild(Version Version, bool HasHttp3)
{
    private static readonly Version FirstWithHttp3 = new(1, 25, 0);

    /// <summary>Asks an nginx by the command line that has it answer.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be run, or is not nginx.</exception>
    public static async Task<NginxBuild> AskAsync(string command, string[] arguments, CancellationToken cancellationToken)
    {
        var result = await CommandResult.OfAsync(command, arguments, cancellationToken);
        return Read(result.Said) ?? throw new DistributedApplicationException(
            $"{command} {string.Join(' ', arguments)} does not say a version as nginx does: {result.Said.Trim()}");
    }

    /// <summary>What an image is by its tag; the newest, if that says nothing. The public images have HTTP/3.</summary>
    public static NginxBuild OfTag(string? image)
    {
        var version = TagPattern().Match(image ?? "") is { Success: true } match
            ? Version.Parse(match.Groups[1].Value)
            : new Version(1, 29);
        return new NginxBuild(
            new Version(version.Major, version.Minor, Math.Max(version.Build, 1)), version >= new Version(1, 25));
    }

    /// <summary>
    /// Reads <c>nginx version: nginx/1.29.3</c> and, lines below, <c>configure arguments: --with-http_v3_module ...</c>.
    /// </summary>
    internal static NginxBuild? Read(string said)
    {
        if (VersionPattern().Match(said) is not { Success: true } match)
        {
            return null;
        }

        var version = Version.Parse(match.Groups[1].Value);
        return new NginxBuild(
            version, version >= FirstWithHttp3 && said.Contains("--with-http_v3_module", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"nginx version: \S+/(\d+\.\d+\.\d+)")]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@":(\d+\.\d+(\.\d+)?)[^:/]*$")]
    private static partial Regex TagPattern();
}
