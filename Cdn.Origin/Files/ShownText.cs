using System.Globalization;
using System.Text;

namespace Cdn.Origin.Files;

/// <summary>Text of others as it may be shown in a log or on a terminal.</summary>
internal static class ShownText
{
    /// <summary>Longest text that is shown: 300 characters.</summary>
    private const int Longest = 300;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text with what is not visible escaped: control characters, and those that change the direction.</summary>
    public static string Of(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var one in text)
        {
            if (char.IsControl(one) || char.IsSurrogate(one) || CharUnicodeInfo.GetUnicodeCategory(one) is UnicodeCategory.Format or UnicodeCategory.LineSeparator)
            {
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)one:x4}");
            }
            else
            {
                shown.Append(one);
            }
        }

        return shown.Length <= Longest ? shown.ToString() : shown.ToString(0, Longest) + "...";
    }

    /// <summary>
    /// A name of bytes as text; false if it is not UTF-8, and then the text has its other bytes as <c>\xNN</c>.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> name, out string text)
    {
        try
        {
            text = Strict.GetString(name);
            return true;
        }
        catch (DecoderFallbackException)
        {
            var shown = new StringBuilder(name.Length);
            foreach (var one in name)
            {
                shown.Append(one is >= 0x20 and < 0x7f ? ((char)one).ToString() : string.Create(CultureInfo.InvariantCulture, $"\\x{one:x2}"));
            }

            text = shown.ToString();
            return false;
        }
    }
}
