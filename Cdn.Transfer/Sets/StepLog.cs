using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Cdn.Contracts;

namespace Cdn.Transfer.Sets;

/// <summary>What leads from one revision to a later one.</summary>
internal sealed record SetStep<TValue>(long From, long To, SetDigest Digest, ImmutableArray<SetChange<TValue>> Changes)
{
    public FeedPage<TItem> ToPage<TItem>(SetRevision<TValue> current, Func<VideoName, TValue, TItem> itemOf) => new(
        current.Set, From, To, Digest.ToString(), null,
        [.. Changes.Where(change => change.IsSet).Select(change => itemOf(change.Name, change.Value!))],
        [.. Changes.Where(change => !change.IsSet).Select(change => change.Name)]);
}

/// <summary>The last steps of a set, for readers that are a little behind. Used under the set's lock.</summary>
/// <param name="mostItems">Items of one answer.</param>
internal sealed class StepLog<TValue>(int mostItems)
{
    /// <summary>Steps that are kept: 4,096.</summary>
    private const int MostSteps = 4096;

    /// <summary>
    /// Changes in all steps that are kept: as many as five answers have (50,000, some 5 MB). Whoever is farther behind reads the
    /// whole.
    /// </summary>
    private readonly int _mostChanges = 5 * mostItems;

    private readonly Queue<SetStep<TValue>> _steps = new();
    private int _changes;

    public void Add(SetStep<TValue> step)
    {
        _steps.Enqueue(step);
        _changes += step.Changes.Length;
        while (_steps.Count > MostSteps || (_changes > _mostChanges && _steps.Count > 1))
        {
            _changes -= _steps.Dequeue().Changes.Length;
        }
    }

    public void Clear()
    {
        _steps.Clear();
        _changes = 0;
    }

    /// <summary>
    /// What leads on from a revision, as far as one answer goes; a step that leads nowhere if it is the latest. False if that is
    /// not known any more. Of what changed more than once the last change is told.
    /// </summary>
    public bool TryRead(long from, SetRevision<TValue> latest, [NotNullWhen(true)] out SetStep<TValue>? step)
    {
        step = null;
        if (from == latest.Number)
        {
            step = new SetStep<TValue>(from, from, latest.Digest, []);
            return true;
        }

        if (_steps.Count == 0 || from < _steps.Peek().From || from > latest.Number)
        {
            return false;
        }

        var (last, changes) = (default(SetStep<TValue>), new Dictionary<VideoName, SetChange<TValue>>());
        foreach (var next in _steps.Skip((int)(from - _steps.Peek().From)))
        {
            if (last is not null && changes.Count + next.Changes.Length > mostItems)
            {
                break;
            }

            foreach (var change in next.Changes)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(changes, change.Name, out _) = change;
            }

            last = next;
        }

        step = new SetStep<TValue>(from, last!.To, last.Digest, [.. changes.Values]);
        return true;
    }
}
