using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>
/// One answer of a feed: what a set holds, or what has changed in it. It is either a step, which leads whoever has revision
/// <paramref name="From"/>
/// to <paramref name="Revision"/>; or a page of the whole set, which says everything that is in some buckets.
/// </summary>
/// <typeparam name="TItem">An item, which has its key in it.</typeparam>
/// <param name="Set">Id of the set, new with every process that owns it: revisions of two sets say nothing of each other.</param>
/// <param name="From">The revision before it; for a page the same as after it.</param>
/// <param name="Revision">The revision after it.</param>
/// <param name="Digest">Stands for the whole set at that revision, in hexadecimal.</param>
/// <param name="Buckets">The buckets of a page; null for a step.</param>
/// <param name="Items">Items that are new or changed; of a page all there are.</param>
/// <param name="Removed">Keys that are no more; none in a page.</param>
/// <param name="Known">
/// Digest of what is in these buckets, if it is what the reader has said that it knows: then a page has no items.
/// </param>
public sealed record FeedPage<TItem>(
    string Set,
    long From,
    long Revision,
    string Digest,
    BucketRange? Buckets,
    ImmutableArray<TItem> Items,
    ImmutableArray<VideoName> Removed,
    string? Known = null);

/// <summary>What somebody has, or expects, in some buckets of a set.</summary>
/// <param name="Buckets">The buckets.</param>
/// <param name="Digest">Stands for all that is in them, in hexadecimal.</param>
public readonly record struct FeedPart(BucketRange Buckets, string Digest);

/// <summary>Where a reader of a feed is, and so what it asks for next.</summary>
/// <param name="Set">The set that it reads; null if it knows none.</param>
/// <param name="Revision">Its revision of it.</param>
/// <param name="Bucket">Where its reading of the whole goes on; null if it has the whole, and wants what changes.</param>
public readonly record struct FeedCursor(string? Set, long Revision, int? Bucket)
{
    /// <summary>Nothing is known yet.</summary>
    public static FeedCursor Start => new(null, 0, 0);

    /// <summary>
    /// What the reader knows, or thinks to know, of the next buckets. If that is what is in them, it need not be sent.
    /// </summary>
    public FeedPart? Known { get; init; }

    /// <summary>As the query of a request.</summary>
    public string ToQuery() => string.Join('&', (IEnumerable<string>)
    [
        .. Set is null ? [] : (string[])[$"set={Set}", $"revision={Revision}"],
        .. Set is null || Bucket is null ? [] : (string[])[$"bucket={Bucket}"],
        .. Known is { } known ? (string[])[$"known={known.Buckets.First}-{known.Buckets.End}-{known.Digest}"] : [],
    ]);
}
