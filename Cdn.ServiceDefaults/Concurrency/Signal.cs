using System.Threading.Channels;

namespace Cdn.ServiceDefaults.Concurrency;

/// <summary>Says to one loop that something has changed. What is said while it is busy counts as once.</summary>
public sealed class Signal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1)
    {
        FullMode = BoundedChannelFullMode.DropWrite,
        SingleReader = true,
    });

    /// <summary>Something has changed.</summary>
    public void Set() => _channel.Writer.TryWrite(true);

    /// <summary>Waits for that, or until the time is up. Returns whether it was said.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return _channel.Reader.TryRead(out _) || await _channel.Reader.ReadAsync(cancellationToken).AsTask().WaitAsync(atMost, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
