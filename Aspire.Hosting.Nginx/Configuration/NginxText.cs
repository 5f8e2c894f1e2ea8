namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>Words of nginx's configuration.</summary>
internal static class NginxText
{
    private static readonly System.Buffers.SearchValues<char> NeedQuotes = System.Buffers.SearchValues.Create(" \t\"'\\;{}#");

    /// <summary>A value as one word, in quotes where it needs them.</summary>
    public static string Quote(string value) =>
        value.Length > 0 && value.AsSpan().IndexOfAny(NeedQuotes) < 0
            ? value
            : $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
