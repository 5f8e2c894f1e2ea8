using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Cdn.Contracts;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Demand;

/// <summary>
/// Counts what is asked for, by video and by period, so that controllers can see which videos are in demand. Only periods that are over
/// are told, so that every controller is told the same.
/// </summary>
internal sealed class RecentDemand(IOptions<ReplicaOptions> options, TimeProvider time)
{
    /// <summary>Videos that are told of a period: 1,000, those most asked for.</summary>
    private const int MostTold = 1000;

    /// <summary>Videos that are counted in a period: 100,000. Further ones count for the sum alone.</summary>
    private const int MostCounted = 100_000;

    private readonly Lock _gate = new();
    private readonly int _seconds = options.Value.DemandPeriodSeconds;
    private readonly Dictionary<VideoName, long> _counts = [];
    private ImmutableArray<DemandPeriod> _over = [];
    private long _period;
    private long _requests;

    /// <summary>A video was asked for.</summary>
    public void Add(VideoName video)
    {
        lock (_gate)
        {
            Advance();
            _requests++;
            if (_counts.Count < MostCounted || _counts.ContainsKey(video))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, video, out _)++;
            }
        }
    }

    /// <summary>The periods that are over.</summary>
    public DemandReport Report()
    {
        lock (_gate)
        {
            Advance();
            return new DemandReport(_seconds, _over);
        }
    }

    private void Advance()
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds() / _seconds;
        if (now == _period)
        {
            return;
        }

        if (_requests > 0)
        {
            _over = _over.Add(new DemandPeriod(_period, _requests, [
                .. _counts.OrderByDescending(count => count.Value)
                    .Take(MostTold)
                    .Select(count => new VideoDemand(count.Key, count.Value)),
            ]));
            _counts.Clear();
            _requests = 0;
        }

        _period = now;
        _over = _over.RemoveAll(period => period.Number < now - Limits.DemandPeriods || period.Number >= now); // The clock may have been set.
    }
}
