using System.Text.RegularExpressions;
using Cdn.Contracts;
using Cdn.Contracts.Tokens;

namespace Cdn.ServiceDefaults.Tokens;

/// <summary>Takes tokens out of what is written down: whoever reads a trace must not be able to use one.</summary>
internal static partial class TokenMask
{
    /// <summary>Whether a path may have a token in it.</summary>
    public static bool Concerns(string path) =>
        path.StartsWith(Routes.Redeem, StringComparison.Ordinal) || path.StartsWith(Routes.Refused, StringComparison.Ordinal);

    /// <summary>A path or a query with a dash in place of each token.</summary>
    public static string Hide(string text) => Token().Replace(text, "$1-");

    [GeneratedRegex("(" + Routes.Token + ")[^/]+|(?<1>" + TokenSigner.QueryParameter + "=)[^&]*")]
    private static partial Regex Token();
}
