using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace Cdn.Contracts;

/// <summary>Which videos a purge is about. Exactly one of the three is set.</summary>
/// <param name="Name">One video.</param>
/// <param name="Prefix">All whose names begin with this, for example <c>shows/1/</c>.</param>
/// <param name="All">All of them.</param>
public sealed record PurgeSelector(VideoName? Name = null, string? Prefix = null, bool All = false)
{
    /// <summary>Whether it says which videos, and says it once.</summary>
    [JsonIgnore]
    public bool IsValid =>
        (Name is null ? 0 : 1) + (Prefix is null ? 0 : 1) + (All ? 1 : 0) == 1
        && Prefix is null or { Length: > 0 and <= Limits.MaxVideoNameBytes };

    /// <summary>Why no video can be meant, as a sentence; null if one can.</summary>
    [JsonIgnore]
    public string? Error =>
        !IsValid ? "Give exactly one of name, prefix and all."
        : Prefix is not null && !VideoName.CanBeginWith(Prefix, out var error)
            ? $"No video's name begins with that prefix. {error}"
        : null;

    /// <summary>Whether it is about this video.</summary>
    public bool Matches(VideoName name) =>
        All || (Name is { } one ? one == name : name.Value.StartsWith(Prefix!, StringComparison.Ordinal));

    /// <inheritdoc />
    public override string ToString() => All ? "all videos" : Name is { } name ? name.Value : Prefix + "*";
}

/// <summary>A purge that was decided. Numbers grow; a later purge has a higher one.</summary>
public sealed record Purge(long Number, PurgeSelector What);

/// <summary>
/// Purges as the origin keeps them: one stays open, as a tombstone, until every configured replica has confirmed it. A replica
/// that was away meanwhile cannot come back with what was purged.
/// </summary>
/// <param name="Id">New when the origin's state is new: numbers then begin again.</param>
/// <param name="Last">Number of the last purge.</param>
/// <param name="Closed">
/// Number up to which all replicas have confirmed; who has not confirmed so far has missed something.
/// </param>
/// <param name="Open">Those that are not closed, lowest number first.</param>
public sealed record PurgeLog(string Id, long Last, long Closed, ImmutableArray<Purge> Open)
{
    /// <summary>No purge, ever.</summary>
    public static PurgeLog Empty { get; } = new("", 0, 0, []);

    /// <summary>Tells one state of it from another.</summary>
    [JsonIgnore]
    public string Tag => string.Create(CultureInfo.InvariantCulture, $"{Id}-{Last}-{Closed}");

    /// <summary>Up to where somebody with this mark has applied this log.</summary>
    public long AppliedBy(PurgeMark? mark) => mark is not null && mark.Log == Id ? mark.Through : 0;

    /// <summary>What somebody with this mark has still to apply: all videos, if a purge that it missed is closed.</summary>
    public IEnumerable<Purge> MissedBy(PurgeMark? mark)
    {
        var applied = AppliedBy(mark);
        return applied < Closed ? [new Purge(Last, new PurgeSelector(All: true))] : Open.Where(purge => purge.Number > applied);
    }
}

/// <summary>Up to which purge of which log a replica has applied.</summary>
public sealed record PurgeMark(string Log, long Through)
{
    /// <summary>No purge, ever.</summary>
    public static PurgeMark None { get; } = new("", 0);

    /// <summary>Reads what <see cref="ToHeader"/> has written; null if it is something else.</summary>
    public static PurgeMark? ParseHeader(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.IndexOf(';', StringComparison.Ordinal);
        return end >= 0 && long.TryParse(text.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var through)
            ? new PurgeMark(text[..end], through)
            : null;
    }

    /// <summary>As a header has it: <c>log;number</c>.</summary>
    public string ToHeader() => string.Create(CultureInfo.InvariantCulture, $"{Log};{Through}");

    /// <summary>Whether whoever has this mark has applied everything that the other one has.</summary>
    public bool Includes(PurgeMark other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Through == 0 || (Log == other.Log && Through >= other.Through);
    }
}

/// <summary>Asks for a purge.</summary>
/// <param name="Name">See <see cref="PurgeSelector"/>.</param>
/// <param name="Prefix">See <see cref="PurgeSelector"/>.</param>
/// <param name="All">See <see cref="PurgeSelector"/>.</param>
/// <param name="Refill">
/// Whether the replicas are filled again with what the origin has; if not, only with another version than it has now.
/// </param>
/// <param name="Block">Whether the origin gives out no version any more, until the block is lifted.</param>
public sealed record PurgeRequest(VideoName? Name = null, string? Prefix = null, bool All = false, bool Refill = true, bool Block = false)
{
    /// <summary>Which videos.</summary>
    [JsonIgnore]
    public PurgeSelector What => new(Name, Prefix, All);
}

/// <summary>What one purge took from one replica.</summary>
public sealed record PurgeResult(long Number, int Videos, long Bytes);

/// <summary>
/// Up to where a replica has applied a log, and what its last purges took; those before the start of its process are forgotten.
/// </summary>
public sealed record PurgeAnswer(PurgeMark Mark, ImmutableArray<PurgeResult> Applied);

/// <summary>Something that the origin has and does not publish.</summary>
/// <param name="What">Which videos.</param>
/// <param name="Sha256">The one version that is blocked; null for all versions.</param>
public sealed record Block(PurgeSelector What, Sha256Digest? Sha256 = null);

/// <summary>Everything that is blocked.</summary>
public sealed record BlockList(ImmutableArray<Block> Blocks);
