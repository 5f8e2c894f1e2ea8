using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Serialization;

namespace Cdn.Contracts;

/// <summary>
/// The name of a video: a relative path, <c>/</c>-separated, UTF-8. It is parsed once, at the door; everything behind the
/// door takes this type, so a name that could leave a folder never reaches the disk.
/// </summary>
[JsonConverter(typeof(VideoNameJsonConverter))]
public readonly record struct VideoName : IStableHash
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private const string Forbidden = "A video name must not contain a backslash or a control character.";

    private readonly string? _value;

    private VideoName(string value) => _value = value;

    /// <summary>The name as text, for example <c>shows/1/intro.mp4</c>.</summary>
    public string Value => _value ?? throw new InvalidOperationException("default(VideoName) names no video.");

    /// <inheritdoc />
    public ulong StableHash => StableHashing.Of(Value);

    /// <summary>Parses a name that is already decoded.</summary>
    /// <param name="text">The name; null is refused like any other bad name.</param>
    /// <param name="name">The parsed name.</param>
    /// <param name="error">One sentence that says which rule was broken.</param>
    public static bool TryParse(string? text, out VideoName name, [NotNullWhen(false)] out string? error)
    {
        name = default;
        error = FirstBrokenRule(text);
        if (error is not null)
        {
            return false;
        }

        name = new VideoName(text!);
        return true;
    }

    /// <summary>
    /// Parses a name as it stands in a request line. It is percent-decoded exactly once (RFC 3986 section 2.4), so
    /// <c>%2e%2e%2f</c> is seen for the <c>../</c> that it is.
    /// </summary>
    public static bool TryParseEscaped(string escaped, out VideoName name, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(escaped);
        name = default;
        if (!TryUnescape(escaped, out var text))
        {
            error = "A video name must be UTF-8 with well-formed percent-encoding.";
            return false;
        }

        return TryParse(text, out name, out error);
    }

    /// <summary>Parses a name that is known to be good, as a test or a literal has it.</summary>
    /// <exception cref="FormatException">The name breaks a rule.</exception>
    public static VideoName Parse(string text) =>
        TryParse(text, out var name, out var error) ? name : throw new FormatException(error);

    /// <summary>
    /// Whether there can be a name that begins with a text: one that is a name, or becomes one when it goes on.
    /// </summary>
    /// <param name="prefix">The text.</param>
    /// <param name="error">One sentence that says which rule every such name would break.</param>
    public static bool CanBeginWith(string prefix, [NotNullWhen(false)] out string? error)
    {
        error = null;
        return FirstBrokenRule(prefix) is null || (error = FirstBrokenRule(prefix + "x")) is null;
    }

    /// <summary>The name as a path of a URL: every segment percent-encoded, the separators kept.</summary>
    public string ToUrlPath() => string.Join('/', Value.Split('/').Select(Uri.EscapeDataString));

    /// <inheritdoc />
    public override string ToString() => _value ?? "";

    /// <summary>One pass over the text: a million names are read when a controller starts.</summary>
    private static string? FirstBrokenRule(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "A video name must not be empty.";
        }

        if (text.AsSpan().ContainsAnyExceptInRange(' ', '~') && (HasControl(text) || !IsUnicode(text)))
        {
            return HasControl(text) ? Forbidden : "A video name must be valid Unicode.";
        }

        if (text.Contains('\\', StringComparison.Ordinal))
        {
            return Forbidden;
        }

        // A character is at most three bytes, so most names are short enough at first sight.
        if (text.Length * 3 > Limits.MaxVideoNameBytes && StrictUtf8.GetByteCount(text) is > Limits.MaxVideoNameBytes and var bytes)
        {
            return $"A video name has at most {Limits.MaxVideoNameBytes} bytes; this one has {bytes}.";
        }

        foreach (var range in text.AsSpan().Split('/'))
        {
            if (BrokenRuleOfSegment(text.AsSpan()[range]) is { } broken)
            {
                return broken;
            }
        }

        return null;
    }

    private static string? BrokenRuleOfSegment(ReadOnlySpan<char> segment) =>
        segment is "" or "." or ".." ? "A video name must not contain an empty, '.' or '..' segment."
        : segment.Length * 3 > Limits.MaxVideoNameSegmentBytes && Encoding.UTF8.GetByteCount(segment) > Limits.MaxVideoNameSegmentBytes
            ? $"A segment of a video name has at most {Limits.MaxVideoNameSegmentBytes} bytes."
        : null;

    private static bool HasControl(string text)
    {
        foreach (var one in text)
        {
            if (char.IsControl(one))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUnicode(string text)
    {
        try
        {
            _ = StrictUtf8.GetByteCount(text);
            return true;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static bool TryUnescape(string escaped, [NotNullWhen(true)] out string? text)
    {
        text = null;
        byte[] raw;
        try
        {
            raw = StrictUtf8.GetBytes(escaped);
        }
        catch (EncoderFallbackException)
        {
            return false;
        }

        var length = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != (byte)'%')
            {
                raw[length++] = raw[i];
                continue;
            }

            if (i + 2 >= raw.Length || !char.IsAsciiHexDigit((char)raw[i + 1]) || !char.IsAsciiHexDigit((char)raw[i + 2]))
            {
                return false;
            }

            raw[length++] = Convert.FromHexString([(char)raw[i + 1], (char)raw[i + 2]])[0];
            i += 2;
        }

        try
        {
            text = StrictUtf8.GetString(raw, 0, length);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
