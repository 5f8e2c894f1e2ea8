using System.Buffers;
using System.Security.Cryptography;
using Cdn.Contracts;
using Cdn.Replica.Store;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Scrub;

/// <summary>
/// Finds what has gone bad on the disk, before a client does: every object is read and hashed once in <c>SCRUB_HOURS</c>, at
/// <c>SCRUB_RATE</c> at most. Between that it looks every minute (less often at very many objects) whether an object has changed its length or time, which nothing
/// but damage or a hand does, and hashes those at once, and whether each name is still a link to its object. What is damaged is set aside with its names; the controller has it filled again.
/// </summary>
internal sealed partial class Scrubber(
    VideoStore store, StoreLayout layout, StoreHealth health, ScrubMetrics metrics, IOptions<ReplicaOptions> options, TimeProvider time,
    ILogger<Scrubber> logger)
    : BackgroundService
{
    /// <summary>Bytes read at a time: 1 MiB.</summary>
    private const int StepSize = 1024 * 1024;

    /// <summary>What a small object costs, in bytes of a large one: 64 KiB.</summary>
    private const int ObjectCost = 64 * 1024;

    /// <summary>Slowest reading: 1 MiB/s, so that a small store is not stretched out over a week.</summary>
    private const double LeastRate = 1024 * 1024;

    /// <summary>Time between two passes if they take longer than the period: 1 s.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

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
            foreach (var held in store.Objects())
            {
                answer = await VerifyAsync(held, options.Value.ScrubBytesPerSecond, cancellationToken) switch
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

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _period == TimeSpan.Zero ? Task.CompletedTask : Task.WhenAll(ReadAllAsync(stoppingToken), LookAtAllAsync(stoppingToken));

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
            await LookAsync(cancellationToken);
            var rest = time.GetElapsedTime(started) * PausePerLook;
            next = rest < pause ? pause : rest > LongestPause ? LongestPause : rest;
        }
    }

    /// <summary>Verifies every object once, from where the last process left off.</summary>
    private async Task PassAsync(CancellationToken cancellationToken)
    {
        var objects = store.Objects().OrderBy(held => held.Sha256.ToString(), StringComparer.Ordinal).ToList();
        var mark = ScrubMark.Read(layout);
        var rest = objects.Where(held => string.CompareOrdinal(held.Sha256.ToString(), mark) > 0).ToList();
        var rate = Math.Min(
            options.Value.ScrubBytesPerSecond, Math.Max(LeastRate, objects.Sum(held => (double)held.Size + ObjectCost) / _period.TotalSeconds));
        foreach (var held in rest)
        {
            await VerifyAsync(held, rate, cancellationToken);
            ScrubMark.Write(layout, held.Sha256.ToString());
        }

        ScrubMark.Write(layout, "");
        if (rest.Count > 0)
        {
            LogPassed(logger, rest.Count);
        }
    }

    /// <summary>Sets aside what has lost its length, verifies what has lost its time, and links names that have lost their object.</summary>
    private async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var held in store.Objects())
        {
            var file = new FileInfo(layout.ObjectOf(held.Sha256));
            if (!file.Exists || file.Length != held.Size)
            {
                SetAside(held, "it is missing or has another length");
            }
            else if (file.LastWriteTimeUtc != held.LastModified.UtcDateTime && await VerifyAsync(held, double.PositiveInfinity, cancellationToken) == true)
            {
                store.Redate(held);
            }
        }

        foreach (var name in store.Names())
        {
            if (store.IsUsable() && store.Relink(name))
            {
                LogRelinked(logger, name);
            }
        }
    }

    /// <summary>Hashes one object; false if it was set aside, null if it is not held any more.</summary>
    private async Task<bool?> VerifyAsync(HeldObject held, double rate, CancellationToken cancellationToken)
    {
        if (!store.TryGetObject(held.Sha256, out _))
        {
            return null;
        }

        try
        {
            if (await HashAsync(layout.ObjectOf(held.Sha256), rate, cancellationToken) == held.Sha256)
            {
                return true;
            }

            return SetAside(held, "its bytes are not what its digest says");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SetAside(held, e.Message);
        }
    }

    private async Task<Sha256Digest> HashAsync(string path, double rate, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, StoreFile.ReadOptions);
        var buffer = ArrayPool<byte>.Shared.Rent(StepSize);
        try
        {
            while (true)
            {
                var started = time.GetTimestamp();
                var read = await file.ReadAtLeastAsync(buffer.AsMemory(0, StepSize), StepSize, throwOnEndOfStream: false, cancellationToken);
                if (read == 0)
                {
                    return new Sha256Digest(hash.GetHashAndReset());
                }

                hash.AppendData(buffer, 0, read);
                metrics.Scrubbed(read);
                var pause = TimeSpan.FromSeconds((read + (read < StepSize ? ObjectCost : 0)) / rate) - time.GetElapsedTime(started);
                if (pause > TimeSpan.Zero)
                {
                    await Task.Delay(pause, time, cancellationToken);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>False; null if it is not held any more, or the store as a whole is away.</summary>
    private bool? SetAside(HeldObject held, string reason)
    {
        if (!store.TryGetObject(held.Sha256, out _) || !store.IsUsable())
        {
            return null;
        }

        LogDamaged(logger, held.Sha256, reason);
        metrics.Damaged();
        health.CountDamaged();
        store.SetAsideDamaged(held);
        return false;
    }

    [LoggerMessage(EventId = 360, Level = LogLevel.Error, Message = "Object {Digest} is damaged and is set aside: {Reason}")]
    private static partial void LogDamaged(ILogger logger, Sha256Digest digest, string reason);

    [LoggerMessage(EventId = 362, Level = LogLevel.Error, Message = "The name of {Video} was no link to its object and is one again")]
    private static partial void LogRelinked(ILogger logger, VideoName video);

    [LoggerMessage(EventId = 361, Level = LogLevel.Information, Message = "{Count} objects were read and verified")]
    private static partial void LogPassed(ILogger logger, int count);
}
