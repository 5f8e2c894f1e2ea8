using Microsoft.Extensions.Options;

namespace Cdn.Replica.Scrub;

/// <summary>Keeps everything that is read to verify it below <c>SCRUB_RATE</c>, so that viewers do not notice.</summary>
internal sealed class ScrubPace(IOptions<ReplicaOptions> options, TimeProvider time)
{
    /// <summary>What a small object costs, in bytes of a large one: 64 KiB.</summary>
    public const int ObjectCost = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly double _ticksPerByte = time.TimestampFrequency / (double)options.Value.ScrubBytesPerSecond;
    private long _freeAt;

    /// <summary>Waits as long as so many bytes take: at this rate, and at that of all together.</summary>
    public Task WaitAsync(int bytes, double rate, CancellationToken cancellationToken)
    {
        var own = TimeSpan.FromSeconds(bytes / rate);
        TimeSpan shared;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _freeAt = Math.Max(now, _freeAt) + (long)(bytes * _ticksPerByte);
            shared = time.GetElapsedTime(now, _freeAt);
        }

        var wait = own > shared ? own : shared;
        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
