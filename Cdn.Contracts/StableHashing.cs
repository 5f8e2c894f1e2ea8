using System.Runtime.InteropServices;

namespace Cdn.Contracts;

/// <summary>
/// Hashes that are the same in every process. They divide and compare; nothing depends on nobody being able to find two alike.
/// </summary>
public static class StableHashing
{
    /// <summary>Characters that are taken in at once: 4, which are 64 bits.</summary>
    private const int Step = sizeof(ulong) / sizeof(char);

    /// <summary>The hash of a text.</summary>
    public static ulong Of(ReadOnlySpan<char> text)
    {
        var hash = Spread((ulong)text.Length + 1);
        for (; text.Length >= Step; text = text[Step..])
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes(text)));
        }

        var rest = 0UL;
        foreach (var one in text)
        {
            rest = (rest << 16) | one;
        }

        return Mix(hash ^ rest);
    }

    /// <summary>Spreads a number over 64 bits, by the golden ratio.</summary>
    public static ulong Spread(ulong value) => value * 0x9E3779B97F4A7C15;

    /// <summary>Every bit of the result depends on every bit (the finalizer of SplitMix64).</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
