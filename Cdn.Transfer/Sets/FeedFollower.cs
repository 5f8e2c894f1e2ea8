using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Transfer.Sets;

/// <summary>A copy of a set, which a <see cref="FeedFollower{TItem}"/> keeps up to date.</summary>
/// <typeparam name="TItem">An item, which has its key in it.</typeparam>
public interface IFeedTarget<TItem>
{
    /// <summary>Takes a page: in these buckets is this and nothing else. Returns the digest of the whole copy after it.</summary>
    SetDigest Replace(BucketRange buckets, ImmutableArray<TItem> items);

    /// <summary>Takes a step. Returns the digest of the whole copy after it.</summary>
    SetDigest Change(ImmutableArray<TItem> items, ImmutableArray<VideoName> removed);

    /// <summary>
    /// What it has, or expects, in as many buckets from one on as go into a page; null if it knows nothing of them.
    /// </summary>
    FeedPart? KnownFrom(int first);

    /// <summary>
    /// Takes a page that has what it said to know. Returns the digest of the whole copy after it; null if by now it knows
    /// something else, and then nothing has changed.
    /// </summary>
    SetDigest? Keep(FeedPart known);
}

/// <summary>What came of an answer of a feed.</summary>
public enum FeedOutcome
{
    /// <summary>It was not the one that was waited for: late, or twice. Nothing has changed.</summary>
    Ignored,

    /// <summary>It was taken.</summary>
    Applied,

    /// <summary>The copy turned out not to be what its owner has: it is read again from the beginning.</summary>
    Restarted,
}

/// <summary>
/// The reader's side of a feed. It knows where it is, and takes what leads on from there; all else it leaves alone, so that
/// answers may be lost, late or doubled. While the whole is read it may change: the pages are of later and later revisions, and
/// the steps since the first of them, which say the same again where a page was ahead, lead to a copy that is right. The digest
/// proves it.
/// </summary>
/// <typeparam name="TItem">An item, which has its key in it.</typeparam>
/// <param name="target">The copy.</param>
public sealed class FeedFollower<TItem>(IFeedTarget<TItem> target)
{
    private long _provenFrom; // The latest revision that a page was of: before it the copy is ahead in part.
    private SetDigest _digest;

    /// <summary>Where it is.</summary>
    public FeedCursor Cursor { get; private set; } = FeedCursor.Start;

    /// <summary>What to ask for next: with what is known of it, while the whole is read.</summary>
    public FeedCursor Question => Cursor.Bucket is { } next ? Cursor with { Known = target.KnownFrom(next) } : Cursor;

    /// <summary>Whether the copy is known to be what its owner had at the revision of the cursor.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Takes an answer, if it is the one that leads on.</summary>
    public FeedOutcome Apply(FeedPage<TItem> page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return page.Buckets is { } buckets ? TakePage(page, buckets) : TakeStep(page);
    }

    /// <summary>
    /// The owner says where its set is. One of another process that has the same digest is the same: nothing is read again. One
    /// of the same revision that has another digest is not what we have.
    /// </summary>
    /// <returns>Whether the copy is proven to be that very revision.</returns>
    public bool Hear(string set, long revision, string digest)
    {
        if (Cursor.Bucket is null && _digest.ToString() == digest && (set != Cursor.Set || revision >= Cursor.Revision))
        {
            (Cursor, IsProven, _provenFrom) = (new FeedCursor(set, revision, null), true, 0);
            return true;
        }

        if (set == Cursor.Set && revision == Cursor.Revision && Cursor.Bucket is null && revision >= _provenFrom)
        {
            Restart();
        }

        return false;
    }

    private FeedOutcome TakePage(FeedPage<TItem> page, BucketRange buckets)
    {
        if (!buckets.IsValid || (buckets.First > 0 && (page.Set != Cursor.Set || buckets.First != Cursor.Bucket)))
        {
            return FeedOutcome.Ignored;
        }

        var digest = page.Known is { } known ? target.Keep(new FeedPart(buckets, known)) : target.Replace(buckets, page.Items);
        if (digest is null)
        {
            return FeedOutcome.Ignored;
        }

        if (buckets.First == 0)
        {
            (Cursor, IsProven, _provenFrom) = (new FeedCursor(page.Set, page.Revision, 0), false, 0);
        }

        _provenFrom = Math.Max(_provenFrom, page.Revision);
        _digest = digest.Value;
        var isLast = buckets.End == BucketRange.Count;
        Cursor = Cursor with { Bucket = isLast ? null : buckets.End };
        return isLast ? Prove(page) : FeedOutcome.Applied;
    }

    private FeedOutcome TakeStep(FeedPage<TItem> page)
    {
        if (Cursor.Bucket is not null || page.Set != Cursor.Set || page.From != Cursor.Revision || page.Revision < page.From)
        {
            return FeedOutcome.Ignored;
        }

        if (page.Revision > page.From)
        {
            _digest = target.Change(page.Items, page.Removed);
            Cursor = Cursor with { Revision = page.Revision };
        }

        return Prove(page);
    }

    private FeedOutcome Prove(FeedPage<TItem> page)
    {
        if (Cursor.Revision < _provenFrom)
        {
            return FeedOutcome.Applied; // The steps to the latest page are still to come.
        }

        IsProven = _digest.ToString() == page.Digest;
        if (IsProven)
        {
            return FeedOutcome.Applied;
        }

        Restart();
        return FeedOutcome.Restarted;
    }

    private void Restart() => (Cursor, IsProven) = (FeedCursor.Start, false);
}
