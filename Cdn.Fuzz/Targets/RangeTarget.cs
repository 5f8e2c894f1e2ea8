using System.Buffers.Binary;
using System.Text;
using Cdn.Replica.Delivery;

namespace Cdn.Fuzz.Targets;

/// <summary>
/// A file's size (8 bytes) and a <c>Range</c> field: what is to be sent is there, and is not more than the file.
/// </summary>
internal static class RangeTarget
{
    public static void Run(byte[] input)
    {
        if (input.Length < sizeof(long))
        {
            return;
        }

        var size = BinaryPrimitives.ReadInt64LittleEndian(input) & long.MaxValue;
        if (ByteRanges.Parse(Encoding.Latin1.GetString(input.AsSpan(sizeof(long))), size) is not { } ranges)
        {
            return;
        }

        Claim.That(ranges.Length <= ByteRanges.MaxRanges, "there are not too many");
        Claim.That(
            ranges.All(range => 0 <= range.First && range.First <= range.Last && range.Last < size), "each is within the file");
        Claim.That(ranges.Sum(range => (decimal)range.Length) <= size, "together they are not more than the file");
    }
}
