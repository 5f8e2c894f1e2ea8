using System.Collections.Immutable;
using Cdn.Replica.State;

namespace Cdn.Replica.Delivery;

/// <summary>
/// The ranges of a <c>Range</c> field (RFC 9110 section 14.2). Where the RFC leaves a choice (what is no range, too many ranges,
/// more bytes than there are), this chooses as nginx does, because nginx answers the same requests from the same store.
/// </summary>
internal static class ByteRanges
{
    /// <summary>Most ranges in one answer: 16, as <c>max_ranges</c> in nginx.conf. Who asks for more gets the whole.</summary>
    public const int MaxRanges = 16;

    private const string Unit = "bytes=";

    /// <summary>
    /// Null: there is no such field, or it is to be ignored. Empty: none of the ranges can be satisfied, or the field makes no
    /// sense, which is a 416. Else the parts to send, in the order that was asked for.
    /// </summary>
    public static ImmutableArray<ByteRange>? Parse(string? field, long size)
    {
        if (field is null || field.Length == Unit.Length || !field.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return null; // Another unit, or no range at all.
        }

        var ranges = ImmutableArray.CreateBuilder<ByteRange>();
        var left = size; // Of what may be sent, which is not more than there is. Below 0: it is more.
        foreach (var part in field.AsSpan(Unit.Length).Split(','))
        {
            if (!TryParse(field.AsSpan(Unit.Length)[part].Trim(' '), size, out var range))
            {
                return [];
            }

            if (range is { } satisfiable)
            {
                if (ranges.Count == MaxRanges)
                {
                    return null;
                }

                ranges.Add(satisfiable);
                left = satisfiable.Length > left ? -1 : left - satisfiable.Length;
            }
            else if (size == 0 && IsFromTheBeginning(field.AsSpan(Unit.Length)[part]))
            {
                return null; // Nothing of nothing: the whole is as good an answer.
            }
        }

        return left < 0 ? null : ranges.ToImmutable();
    }

    /// <summary>
    /// Reads <c>1-2</c>, <c>1-</c> or <c>-2</c>. False: it is none of them. Null: it is one, with nothing in it.
    /// </summary>
    private static bool TryParse(ReadOnlySpan<char> text, long size, out ByteRange? range)
    {
        range = null;
        var dash = text.IndexOf('-');
        if (dash < 0 || !TryNumber(text[..dash], out var first) || !TryNumber(text[(dash + 1)..], out var last))
        {
            return false;
        }

        switch (first, last)
        {
            case (null, null):
            case (null, _) when text[dash + 1] == ' ': // nginx takes blanks everywhere but here.
                return false;
            case (null, { } suffix):
                range = suffix > 0 && size > 0 ? new ByteRange(Math.Max(0, size - suffix), size - 1) : null;
                return true;
            case ({ } from, var to):
                var end = Math.Min(to ?? long.MaxValue, size - 1);
                range = from <= end ? new ByteRange(from, end) : null;
                return true;
        }
    }

    /// <summary>Whether a range of an empty file would begin at its beginning: <c>0-</c>, or a suffix.</summary>
    private static bool IsFromTheBeginning(ReadOnlySpan<char> text) => text[..text.IndexOf('-')].Trim(' ').TrimStart('0').IsEmpty;

    private static bool TryNumber(ReadOnlySpan<char> text, out long? number)
    {
        number = null;
        text = text.Trim(' ');
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.ContainsAnyExceptInRange('0', '9') || !long.TryParse(text, out var value))
        {
            return false;
        }

        number = value;
        return true;
    }
}
