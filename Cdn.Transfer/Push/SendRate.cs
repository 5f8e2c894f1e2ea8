using Microsoft.Extensions.Options;

namespace Cdn.Transfer.Push;

/// <summary>
/// Keeps all pushes of a service together below <c>PUSH_RATE</c>, so that filling leaves room for viewers: whoever sends has to
/// wait his turn.
/// </summary>
internal sealed class SendRate(IOptions<PushOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly double _ticksPerByte = time.TimestampFrequency / (double)options.Value.BytesPerSecond;
    private long _freeAt = time.GetTimestamp();

    /// <summary>Waits until so many bytes may be sent.</summary>
    public Task WaitAsync(int bytes, CancellationToken cancellationToken)
    {
        if (options.Value.BytesPerSecond == long.MaxValue)
        {
            return Task.CompletedTask;
        }

        TimeSpan wait;
        lock (_gate)
        {
            var now = time.GetTimestamp();
            wait = time.GetElapsedTime(now, Math.Max(now, _freeAt));
            _freeAt = Math.Max(now, _freeAt) + (long)(bytes * _ticksPerByte);
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;
    }
}
