using System.Text;

namespace Cdn.Tests.EndToEnd;

/// <summary>A request for a video that nobody would write by hand; always the same for the same seed.</summary>
/// <param name="seed">Any number.</param>
/// <param name="tag">The videos' entity tag.</param>
/// <param name="date">Their time, as <c>Last-Modified</c> has it.</param>
internal sealed class GeneratedRequest(int seed, string tag, DateTimeOffset date)
{
    private static readonly string[] Names =
        ["small.mp4", "small.mp4", "small.mp4", "small.mp4", "empty.bin", "shows/1/small.ts", "%C3%BC%E2%98%83.m3u8", "none.mp4"];

    private static readonly string[] Roots =
    [
        "/replica1/video/", "//replica1//video/", "/replica1/%76ideo/", "/./replica1/x/../video/", "http://x/replica1/video/",
        "/replica1/Video/",
    ];

    private static readonly string[] Insertions =
    [
        ".", "..", "/", "//", "/./", "/../", "x/../", "%2e", "%2E%2e/", "%2F", "%5C", "\\", "%00", "%01", "%0a", "%7f", "%80",
        "%C3",
        "%c3%a9", "%EF%BF%BF", "%ED%A0%80", "%F0%9F%8E%AC", "%C0%AF", "%", "%4", "%zz", "%25", "%2525", "%20", "+", ";", "&", "=",
        "~", "*", "\"", "<", "|", "^", "`", "{}", "#x", "?", "%3F", "\u00e9", "\u00ff", "\u0080", "\u0001", "\u001f", "\u007f",
        "\t", " ",
    ];

    private static readonly string[] Positions =
    [
        "0", "1", "9", "99", "100", "101", "0000000000000000000000001", "9223372036854775807", "9223372036854775808",
        "99999999999999999999", "", "", "a", "-1", "+1", "0x1", "1e1", " 5 ", "\t5",
    ];

    private static readonly string[] Digests =
    [
        "sha-256=1", "sha-256=0", "sha-512=3, sha-256=10", "SHA-256=1", "sha-256", "sha-256=1;a", ",", "\u00e9", "unixsum=3",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Request line and fields, a character for each byte, without the empty line.</summary>
    public string Text()
    {
        var (old, text) = (Chance(20), new StringBuilder());
        text.Append($"{Method()} {Path()}{Query()} HTTP/{(old ? "1.0" : "1.1")}");
        text.Append(old && Chance(2) ? "" : "\r\nHost: x");
        for (var fields = _random.Next(4); fields > 0; fields--)
        {
            text.Append("\r\n").Append(Field());
        }

        return text.ToString();
    }

    private string Method() => Chance(8) ? Pick("HEAD", "HEAD", "HEAD", "OPTIONS", "POST", "PROPFIND", "get") : "GET";

    private string Path()
    {
        var name = new StringBuilder(Pick(Names));
        for (var changes = Chance(2) ? 0 : _random.Next(4); changes > 0; changes--)
        {
            var at = _random.Next(name.Length + 1);
            switch (_random.Next(6))
            {
                case 0 when at < name.Length && char.IsAscii(name[at]):
                    var escaped = $"%{(int)name[at]:X2}"; // Means the same.
                    name.Remove(at, 1).Insert(at, Chance(2) ? escaped : escaped.ToLowerInvariant());
                    break;
                case 1 when at < name.Length:
                    name[at] = char.IsAsciiLetterLower(name[at]) ? char.ToUpperInvariant(name[at]) : name[at];
                    break;
                case 2 when Chance(8):
                    name.Insert(at, new string('l', _random.Next(200, 1200)));
                    break;
                default:
                    name.Insert(at, Pick(Insertions));
                    break;
            }
        }

        return (Chance(6) ? Pick(Roots) : Roots[0]) + name;
    }

    private string Query()
    {
        if (Chance(2))
        {
            return "";
        }

        var query = new StringBuilder("?");
        for (var length = _random.Next(20); length > 0; length--)
        {
            query.Append(Chance(4) ? Pick(Insertions[..^1]) : $"{(char)_random.Next(0x21, 0x7f)}");
        }

        return query.ToString();
    }

    private string Field()
    {
        var (name, value) = _random.Next(9) switch
        {
            0 or 1 or 2 => ("Range", Range()),
            3 => ("If-Range", Chance(2) ? Tags() : Date()),
            4 => ("If-None-Match", Tags()),
            5 => ("If-Match", Tags()),
            6 => ("If-Modified-Since", Date()),
            7 => ("If-Unmodified-Since", Date()),
            _ => ("Want-Repr-Digest", Pick(Digests)),
        };
        name = Chance(3)
            ? string.Concat(name.Select(one => Chance(2) ? char.ToUpperInvariant(one) : char.ToLowerInvariant(one)))
            : name;
        return $"{name}:{Pick("", " ", " ", " ", "  ", "\t")}{value}{Pick("", "", "", " ", "\t")}";
    }

    private string Range()
    {
        var parts = Enumerable.Range(0, Chance(3) ? _random.Next(20) : 1)
            .Select(_ => Pick(Positions) + Pick("-", "-", "-", "-", "--", "") + Pick(Positions));
        return Pick("bytes=", "bytes=", "bytes=", "bytes=", "Bytes=", "bytes =", "bytes= ", "bytes", "items=", "")
            + string.Join(Pick(",", ", ", " , ", ",,"), parts);
    }

    private string Tags()
    {
        var tags = Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Pick(
            tag, tag, tag, "W/" + tag, "w/" + tag, "W/ " + tag, "\"" + tag, tag + "x", tag[..^1], tag.Trim('"'), "\"other\"",
            "\"\"",
            "*", "", "\"a,b\"", "\"\u00e9\"", "\"a b\""));

        // nginx's variables do not tell a field without a value from none, so that it is not passed on: there is a value.
        return string.Join(Pick(",", ", ", " ,", ", ,"), tags) is { Length: > 0 } list ? list : "*";
    }

    private string Date()
    {
        var when = date.AddSeconds(Pick(0, 0, 1, -1, 86_400, -86_400 * 365, 86_400 * 3650));
        return Pick(
            when.ToString("R"),
            when.ToString("R"),
            when.ToString("R"),
            when.ToString("dddd, dd-MMM-yy HH:mm:ss 'GMT'"),
            when.ToString("ddd MMM d HH:mm:ss yyyy").Replace("  ", " "),
            when.ToString("ddd MMM dd HH:mm:ss yyyy"),
            when.ToString("R").ToLowerInvariant(),
            "Xxx" + when.ToString("R")[3..],
            "Mon" + when.ToString("R")[3..],
            when.ToString("R").Replace("GMT", "UTC"),
            when.ToString("R").Replace("GMT", "+0100"),
            when.ToString("R")[..^4],
            when.ToString("R")[5..],
            when.ToString("R").Replace(" ", "  "),
            when.ToString("ddd, d MMM yyyy H:m:s 'GMT'"),
            when.ToString("yyyy-MM-ddTHH:mm:ssZ"),
            $"{when.ToUnixTimeSeconds()}",
            "Fri, 31 Feb 2026 00:00:00 GMT",
            "Fri, 01 Jan 2026 25:00:00 GMT",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "0",
            "\u00e9");
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private T Pick<T>(params T[] all) => all[_random.Next(all.Length)];
}
