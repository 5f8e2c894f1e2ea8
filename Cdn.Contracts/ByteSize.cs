using System.Globalization;

namespace Cdn.Contracts;

/// <summary>Sizes and rates as settings say them.</summary>
public static class ByteSize
{
    /// <summary>Reads <c>1500</c>, <c>500M</c>, <c>2T</c> (powers of 1,024); empty means no limit, which is <see cref="long.MaxValue"/>.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        bytes = long.MaxValue;
        if (text.Length == 0)
        {
            return true;
        }

        var power = "KMGT".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal) + 1;
        var digits = power > 0 ? text.AsSpan(0, text.Length - 1) : text;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue >> (10 * power))
        {
            return false;
        }

        bytes = number << (10 * power);
        return true;
    }
}
