using System.Runtime.InteropServices;
using System.Text;

namespace Cdn.Benchmarks.Media;

/// <summary>Bytes that no file system compresses and no store finds twice, the same on every machine.</summary>
internal static class RandomBytes
{
    private const int BufferSize = 1 << 20;

    public static void WriteFile(string path, long size)
    {
        var state = Seed(Path.GetFileName(path));
        var buffer = new byte[BufferSize];
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var left = size; left > 0; left -= BufferSize)
        {
            var part = buffer.AsSpan(0, (int)Math.Min(left, BufferSize));
            state = Fill(MemoryMarshal.Cast<byte, ulong>(buffer.AsSpan()), state);
            file.Write(part);
        }
    }

    /// <summary>SplitMix64 (Steele, Lea, Flood 2014): faster than the disk.</summary>
    private static ulong Fill(Span<ulong> words, ulong state)
    {
        foreach (ref var word in words)
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            word = z ^ (z >> 31);
        }

        return state;
    }

    /// <summary>FNV-1a: the same in every process, unlike <see cref="string.GetHashCode()"/>.</summary>
    private static ulong Seed(string name) =>
        Encoding.UTF8.GetBytes(name).Aggregate(0xCBF29CE484222325, (hash, one) => (hash ^ one) * 0x100000001B3);
}
