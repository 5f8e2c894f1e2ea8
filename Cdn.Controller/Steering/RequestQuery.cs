using System.Buffers;
using System.Globalization;
using System.Text;
using Cdn.Contracts;

namespace Cdn.Controller.Steering;

/// <summary>
/// The query of a request, as a <c>Location</c> may have it (RFC 3986 section 3.4). A client's may be anything: what is no URI's
/// goes on percent-encoded, and means the same.
/// </summary>
internal static class RequestQuery
{
    private const string Unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    /// <summary>What needs no look: unreserved characters, those of <c>sub-delims</c>, and <c>:@/?</c>.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create(Unreserved + "!$&'()*+,;=:@/?");

    /// <summary>Whether a request target may be repeated as it is. Nearly all may.</summary>
    public static bool IsPlain(HttpContext context, string target)
    {
        var at = target.IndexOf('?', StringComparison.Ordinal);
        return at < 0
            ? context.Request.Headers[CdnHeaders.Query].Count == 0
            : !target.AsSpan(at + 1).ContainsAnyExcept(Plain);
    }

    /// <summary>
    /// The query with its question mark; nothing without one. One that was not ASCII comes from nginx in a header, a character
    /// for each byte (ISO 8859-1), because Kestrel takes no such request line.
    /// </summary>
    public static string Of(HttpContext context, string target)
    {
        var at = target.IndexOf('?', StringComparison.Ordinal);
        var query = at < 0 ? context.Request.Headers[CdnHeaders.Query].ToString() : target[(at + 1)..];
        return query.Length == 0 ? "" : "?" + Escape(query);
    }

    private static string Escape(string query)
    {
        var text = new StringBuilder(query.Length + 16);
        for (var i = 0; i < query.Length; i++)
        {
            var one = query[i];
            var isEscaped = one == '%' && i + 2 < query.Length
                && char.IsAsciiHexDigit(query[i + 1]) && char.IsAsciiHexDigit(query[i + 2]);
            _ = isEscaped || Plain.Contains(one)
                ? text.Append(one)
                : text.Append(CultureInfo.InvariantCulture, $"%{(byte)one:X2}");
        }

        return text.ToString();
    }
}
