using System.Threading.Channels;

namespace Cdn.ServiceDefaults.Concurrency;

/// <summary>
/// "Something has changed", for one loop: a bounded channel of one. Signals that come while the loop is busy count as one.
/// Whoever sets it cannot fail by it, whether somebody still listens or not.
/// </summary>
public sealed class Signal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    /// <summary>Something has changed.</summary>
    public void Set() => _channel.Writer.TryWrite(true);

    /// <summary>Waits for a signal, or until the time is up. Returns whether there was one.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(time);
        if (_channel.Reader.TryRead(out _))
        {
            return true;
        }

        if (atMost <= TimeSpan.Zero)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }

        using var patience = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _channel.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
