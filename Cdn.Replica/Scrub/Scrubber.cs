using Cdn.Contracts;
using Cdn.Replica.Demand;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Scrub;

/// <summary>
/// Finds what has gone bad on the disk, before a client does. What the kernel says has changed is looked at within a second; what
/// is asked for is read again every few minutes; every object is read once in <c>SCRUB_HOURS</c>, at <c>SCRUB_RATE</c> at most;
/// and once a minute (less often at very many objects) lengths, times and names are looked at. What is damaged is set aside with
/// its names; the controller has it filled again.
/// </summary>
internal sealed partial class Scrubber(
    VideoStore store, StoreContext context, StoreLifetime lifetime, StoreLayout layout, ObjectVerifier verifier, NameLook names, ScrubOrder order,
    RecentDemand demand, IOptions<ReplicaOptions> options, TimeProvider time, ILogger<Scrubber> logger)
    : BackgroundService
{
    /// <summary>Slowest reading: 1 MiB/s, so that a small store is not stretched out over a week.</summary>
    private const double LeastRate = 1024 * 1024;

    /// <summary>Time between two passes if they take longer than the period: 1 s.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    /// <summary>Time between two questions to the kernel: 0.5 s.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(0.5);

    /// <summary>Time between two looks at what is in demand: 10 s.</summary>
    private static readonly TimeSpan DemandEvery = TimeSpan.FromSeconds(10);

    /// <summary>Time between two looks at lengths and times: 60 s, or the whole period if that is shorter.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(60);

    /// <summary>It is at least this many times as long as a look takes, so that looking takes half a percent of a core.</summary>
    private const int PausePerLook = 200;

    /// <summary>But no longer than this: a look that finds something to hash is no measure of the next one.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    private readonly TimeSpan _period = TimeSpan.FromHours(options.Value.ScrubHours);
    private int _isVerifying;

    /// <summary>Reads and hashes every object now, because an operator asks for it; <c>SCRUB_RATE</c> holds here, too.</summary>
    /// <returns>What came of it; null if it is being done already.</returns>
    public async Task<VerifyAnswer?> VerifyAllAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _isVerifying, 1) == 1)
        {
            return null;
        }

        try
        {
            var answer = new VerifyAnswer(0, 0, 0);
            foreach (var (_, held) in store.Current.Objects)
            {
                answer = await verifier.VerifyAsync(held, options.Value.ScrubBytesPerSecond, cancellationToken) switch
                {
                    true => answer with { Objects = answer.Objects + 1, Bytes = answer.Bytes + held.Size },
                    false => answer with { Damaged = answer.Damaged + 1 },
                    null => answer,
                };
            }

            LogPassed(logger, answer.Objects);
            return answer;
        }
        finally
        {
            Volatile.Write(ref _isVerifying, 0);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (store.Opening is not null)
        {
            await Task.Delay(AskEvery, time, stoppingToken);
        }

        if (_period > TimeSpan.Zero)
        {
            await Task.WhenAll(
                ReadAllAsync(stoppingToken), ReadWantedAsync(stoppingToken), LookAtAllAsync(stoppingToken), ListenAsync(stoppingToken));
        }
    }

    /// <summary>Looks at what the kernel says has changed.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        foreach (var suspect in lifetime.Suspects)
        {
            await verifier.LookAsync(suspect, wasWritten: false, cancellationToken);
        }

        while (true)
        {
            await Task.Delay(AskEvery, time, cancellationToken);
            if (context.Watch is not { } watch || store.Opening is not null)
            {
                continue;
            }

            if (watch.Take(store.Current) is not { } news)
            {
                await LookAtObjectsAsync(cancellationToken);
                continue;
            }

            foreach (var (digest, events) in news)
            {
                var wasWritten = (events & (FileEvents.Written | FileEvents.MovedHere)) != 0;
                await verifier.LookAsync(digest, wasWritten, cancellationToken);
            }
        }
    }

    private async Task ReadWantedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(DemandEvery < _period ? DemandEvery : _period, time, cancellationToken);
            order.Want(demand.Report().Periods.Reverse()
                .SelectMany(period => period.Videos)
                .Select(video => store.TryGet(video.Name, out var held) ? held : null)
                .OfType<HeldObject>()
                .Select(held => held.Sha256));
            while (order.TryNext(out var next))
            {
                if (store.TryGetObject(next, out var held))
                {
                    await verifier.VerifyAsync(held, options.Value.ScrubBytesPerSecond, cancellationToken);
                }
            }
        }
    }

    private async Task ReadAllAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(LookEvery < _period ? LookEvery : _period, time, cancellationToken); // At start there is enough to do.
        while (true)
        {
            var started = time.GetTimestamp();
            await PassAsync(cancellationToken);
            var rest = _period - time.GetElapsedTime(started);
            await Task.Delay(rest > LeastPause ? rest : LeastPause, time, cancellationToken);
        }
    }

    private async Task LookAtAllAsync(CancellationToken cancellationToken)
    {
        var pause = LookEvery < _period ? LookEvery : _period;
        var next = pause;
        while (true)
        {
            await Task.Delay(next, time, cancellationToken);
            var started = time.GetTimestamp();
            await LookAtObjectsAsync(cancellationToken);
            foreach (var (name, _) in store.Current.Set.Map)
            {
                if (lifetime.IsThere())
                {
                    await names.LookAsync(name, options.Value.ScrubBytesPerSecond, cancellationToken);
                }
            }

            var rest = time.GetElapsedTime(started) * PausePerLook;
            next = rest < pause ? pause : rest > LongestPause ? LongestPause : rest;
        }
    }

    private async Task LookAtObjectsAsync(CancellationToken cancellationToken)
    {
        foreach (var (digest, _) in store.Current.Objects)
        {
            await verifier.LookAsync(digest, wasWritten: false, cancellationToken);
        }
    }

    /// <summary>Verifies every object once, in the order of their digests, from where the last process left off.</summary>
    private async Task PassAsync(CancellationToken cancellationToken)
    {
        var (objects, mark, count) = (store.Current.Objects, ScrubMark.Read(layout), 0);
        var bytes = objects.Sum(item => (double)item.Value.Size + ScrubPace.ObjectCost);
        var rate = Math.Min(options.Value.ScrubBytesPerSecond, Math.Max(LeastRate, bytes / _period.TotalSeconds));
        foreach (var held in ScrubMark.From(mark, objects))
        {
            await verifier.VerifyAsync(held, rate, cancellationToken);
            ScrubMark.Write(layout, held.Sha256.ToString());
            count++;
        }

        ScrubMark.Write(layout, "");
        if (count > 0)
        {
            LogPassed(logger, count);
        }
    }

    [LoggerMessage(EventId = 361, Level = LogLevel.Information, Message = "{Count} objects were read and verified")]
    private static partial void LogPassed(ILogger logger, int count);
}
