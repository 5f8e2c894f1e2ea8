using System.Globalization;
using System.Text;
using Cdn.Contracts.Tokens;

namespace Cdn.AppHost.Edge;

/// <summary>
/// <c>generated/tokens/*.conf</c>: what <c>nginx.conf</c> includes where tokens are on, and what differs from one CDN to the
/// next.
/// </summary>
internal static class TokenConfiguration
{
    /// <summary>The folder of the files.</summary>
    public const string Folder = "generated/tokens/";

    /// <summary>The one with the secrets of tickets.</summary>
    public const string SecretFile = "http.conf";

    /// <summary>The files, by name.</summary>
    /// <param name="guarded">Which videos need a token.</param>
    /// <param name="keys">The secrets of tickets.</param>
    /// <param name="replicas">The replicas' names.</param>
    /// <param name="revokedFolder">Where nginx looks for what is revoked.</param>
    public static IReadOnlyDictionary<string, string> Write(
        GuardedNames guarded, IEnumerable<TicketKey> keys, IEnumerable<string> replicas, string revokedFolder) =>
        new Dictionary<string, string>
        {
            [SecretFile] = Http(guarded, keys, replicas),
            ["server.conf"] = $"set $revoked {NginxConfigurationContext.Quote(revokedFolder)};\ninclude tokens-server.conf;\n",
            ["redeem.conf"] = "include tokens-redeem.conf;\n",
            ["replica.conf"] = "include tokens-replica.conf;\n",
            ["another.conf"] = "include tokens-another.conf;\n",
        };

    private static string Http(GuardedNames guarded, IEnumerable<TicketKey> keys, IEnumerable<string> replicas)
    {
        var text = new StringBuilder("include tokens.conf;\n\n");

        // For an id that is unknown a secret that nobody knows: nothing would be one that everybody does.
        text.Append("map $ticket_key $ticket_secret {\n    default $request_id;\n");
        foreach (var key in keys)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {key.Id} {key.Secret};\n");
        }

        text.Append("}\n\nmap $ticket_replica $ticket_target {\n    default /none/;\n");
        foreach (var replica in replicas)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {replica} /{replica}/video/;\n");
        }

        text.Append("}\n\n# A video that needs a token, and no ticket was checked: $admitted is 1 where one was.\n");
        text.Append("map \"$admitted$uri\" $unadmitted {\n    default \"\";\n");
        text.Append(
            CultureInfo.InvariantCulture, $"    \"~(?s)^/[^/]+/video/(?:{Quoted(guarded.Expression ?? ".*")})$\" 1;\n}}\n");
        return text.ToString();
    }

    /// <summary>In quotes nginx takes a backslash before a quote away, and leaves all others.</summary>
    private static string Quoted(string expression) => expression.Replace("\\\"", "\\x22", StringComparison.Ordinal);
}
