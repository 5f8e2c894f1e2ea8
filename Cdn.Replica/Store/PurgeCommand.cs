using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Replica.State;

namespace Cdn.Replica.Store;

/// <summary>
/// Applies those purges of a log that were not applied yet, in their order. When it is done they are on the disk: neither a crash
/// nor a power cut brings anything of it back. What is on its way in, and was asked for before, is not taken when it arrives.
/// </summary>
internal sealed class PurgeCommand(PurgeLog log, Action<PurgeSelector, PurgeResult> done) : StoreCommand<PurgeAnswer>
{
    private readonly List<(PurgeSelector What, PurgeResult Result)> _applied = [];

    public override void Prepare(StoreChange change)
    {
        _applied.Clear();
        var mark = change.Mark;
        foreach (var purge in log.MissedBy(mark).ToList())
        {
            _applied.Add((purge.What, Remove(change, purge)));
            change.Purges = change.Purges.Add(purge.What);
        }

        if (log.AppliedBy(mark) < log.Last || mark?.Log != log.Id)
        {
            change.Mark = new PurgeMark(log.Id, log.Last);
            change.Operations.Add(IndexOperation.Set(change.Mark));
        }

        var results = change.Context.PurgeResults;
        change.Afterwards(() =>
        {
            foreach (var (what, result) in _applied)
            {
                results.Enqueue((log.Id, result));
                done(what, result);
            }

            while (results.Count > PurgeHistory.Remembered)
            {
                results.Dequeue();
            }

            // Two controllers may send the same log; both are told what its purges took.
            Value = new PurgeAnswer(change.Mark!, [.. results.Where(entry => entry.Log == log.Id).Select(entry => entry.Result)]);
        });
    }

    private static PurgeResult Remove(StoreChange change, Contracts.Purge purge)
    {
        var (videos, bytes) = (0, 0L);
        ImmutableArray<VideoName> names = purge.What.Name is { } one ? [one] : [.. change.Names.Where(purge.What.Matches)];
        foreach (var name in names)
        {
            if (change.RemoveName(name) is { } held)
            {
                (videos, bytes) = (videos + 1, bytes + held.Size);
            }
        }

        return new PurgeResult(purge.Number, videos, bytes);
    }
}
