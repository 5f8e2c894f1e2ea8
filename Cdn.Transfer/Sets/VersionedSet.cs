using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Concurrency;

namespace Cdn.Transfer.Sets;

/// <summary>One state of a set.</summary>
/// <typeparam name="TValue">Values.</typeparam>
/// <param name="Set">Id of the set; new with every process, so that revisions of two never mix.</param>
/// <param name="Number">Grows with every change.</param>
/// <param name="Digest">Stands for all of it.</param>
/// <param name="Map">What is in it.</param>
public sealed record SetRevision<TValue>(string Set, long Number, SetDigest Digest, PersistentMap<VideoName, TValue> Map);

/// <summary>A change of one name: another value, or none.</summary>
/// <typeparam name="TValue">Values.</typeparam>
/// <param name="Name">The name.</param>
/// <param name="IsSet">Whether it has a value from now on.</param>
/// <param name="Value">The value.</param>
public readonly record struct SetChange<TValue>(VideoName Name, bool IsSet, TValue? Value)
{
    /// <summary>The name has a value from now on.</summary>
    public static SetChange<TValue> To(VideoName name, TValue value) => new(name, true, value);

    /// <summary>The name is no more.</summary>
    public static SetChange<TValue> Gone(VideoName name) => new(name, false, default);
}

/// <summary>
/// What a service has, by name, as others follow it: immutable revisions, the last steps between them, a digest of the whole, and
/// the whole in pages. One writer at a time; whoever reads takes a revision, and no lock.
/// </summary>
/// <typeparam name="TValue">Values.</typeparam>
/// <param name="digestOf">The digest of one item.</param>
/// <param name="mostItems">Items of one answer: <see cref="Limits.MaxFeedItems"/>; a test makes do with few.</param>
public sealed class VersionedSet<TValue>(Func<VideoName, TValue, SetDigest> digestOf, int mostItems = Limits.MaxFeedItems)
{
    private readonly Lock _gate = new();
    private readonly NextChange _changed = new();
    private readonly StepLog<TValue> _log = new(mostItems);
    private volatile SetRevision<TValue> _current =
        new(Guid.NewGuid().ToString("N")[..12], 0, SetDigest.Nothing, PersistentMap<VideoName, TValue>.Empty);

    /// <summary>The latest revision.</summary>
    public SetRevision<TValue> Current => _current;

    /// <summary>Ends when there is a later one.</summary>
    public Task NextChange => _changed.Task;

    /// <summary>
    /// Makes changes, and returns the revision after them. What changes nothing makes no revision. Very many changes are several
    /// steps, so that each is one answer of the feed.
    /// </summary>
    public SetRevision<TValue> Apply(IEnumerable<SetChange<TValue>> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        lock (_gate)
        {
            var before = _current;
            foreach (var step in changes.Chunk(mostItems))
            {
                Step(step);
            }

            if (_current != before)
            {
                _changed.Raise();
            }

            return _current;
        }
    }

    /// <summary>Forgets everything, and is another set from now on, which begins with this.</summary>
    /// <param name="map">What is in it.</param>
    /// <param name="numberOf">The number of its first revision, by its digest; 1 if nothing else is said.</param>
    public SetRevision<TValue> Restart(PersistentMap<VideoName, TValue> map, Func<SetDigest, long>? numberOf = null)
    {
        ArgumentNullException.ThrowIfNull(map);
        var digest = DigestOf(map);
        lock (_gate)
        {
            _log.Clear();
            _current = new(Guid.NewGuid().ToString("N")[..12], numberOf?.Invoke(digest) ?? 1, digest, map);
            _changed.Raise();
            return _current;
        }
    }

    /// <summary>What somebody reads next who is there; a page that leads nowhere if there is nothing new.</summary>
    /// <param name="cursor">Where the reader is.</param>
    /// <param name="itemOf">The item as it goes over the wire.</param>
    public FeedPage<TItem> Read<TItem>(FeedCursor cursor, Func<VideoName, TValue, TItem> itemOf)
    {
        lock (_gate) // Only that log and revision fit together; what is large is read below, from what never changes.
        {
            if (cursor.Set == _current.Set && cursor.Bucket is null && _log.TryRead(cursor.Revision, _current, out var step))
            {
                return step.ToPage(_current, itemOf);
            }
        }

        return PageOf(_current, cursor, itemOf);
    }

    private SetDigest DigestOf(IEnumerable<KeyValuePair<VideoName, TValue>> items)
    {
        var digest = SetDigest.Nothing;
        foreach (var (name, value) in items)
        {
            digest += digestOf(name, value);
        }

        return digest;
    }

    private FeedPage<TItem> PageOf<TItem>(SetRevision<TValue> current, FeedCursor cursor, Func<VideoName, TValue, TItem> itemOf)
    {
        var first = cursor.Set == current.Set && cursor.Bucket is > 0 and < BucketRange.Count and var bucket ? bucket : 0;
        var range = current.Map.RangeFrom(first, mostItems);
        if (cursor.Known is { } known && known.Buckets.First == first && known.Buckets.End <= range.End
            && DigestOf(current.Map.In(known.Buckets)).ToString() == known.Digest)
        {
            return new FeedPage<TItem>(
                current.Set, current.Number, current.Number, current.Digest.ToString(), known.Buckets, [], [], known.Digest);
        }

        return new FeedPage<TItem>(
            current.Set, current.Number, current.Number, current.Digest.ToString(), range,
            [.. current.Map.In(range).Select(item => itemOf(item.Key, item.Value))], []);
    }

    private void Step(SetChange<TValue>[] changes)
    {
        var (digest, map) = (_current.Digest, _current.Map.ToBuilder());
        var made = ImmutableArray.CreateBuilder<SetChange<TValue>>(changes.Length);
        foreach (var change in changes)
        {
            var wasThere = map.TryGetValue(change.Name, out var before);
            if (change.IsSet ? wasThere && EqualityComparer<TValue>.Default.Equals(before, change.Value) : !wasThere)
            {
                continue;
            }

            digest = wasThere ? digest - digestOf(change.Name, before!) : digest;
            digest = change.IsSet ? digest + digestOf(change.Name, change.Value!) : digest;
            _ = change.IsSet ? map.Set(change.Name, change.Value!) : map.Remove(change.Name);
            made.Add(change);
        }

        if (made.Count > 0)
        {
            _current = new SetRevision<TValue>(_current.Set, _current.Number + 1, digest, map.ToMap());
            _log.Add(new SetStep<TValue>(_current.Number - 1, _current.Number, digest, made.DrainToImmutable()));
        }
    }
}
