using Cdn.Replica.Delivery;

namespace Cdn.Replica.Pull;

/// <summary>A video that is being pulled, read by one of those who asked for it. One that leaves does not stop the others.</summary>
/// <param name="arrival">The pull.</param>
/// <param name="isFirst">Whether this reader caused it.</param>
internal sealed class ArrivingVideoSource(Arrival arrival, bool isFirst) : VideoSource(arrival.Version)
{
    public override string CacheStatus =>
        (arrival.IsRefresh ? "fwd=stale" : "fwd=miss") + (isFirst ? "; stored" : "; collapsed; stored");

    public override async ValueTask WaitAsync(long offset, CancellationToken cancellationToken) =>
        await arrival.WaitAsync(offset, IsReadWhole, cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        var available = await arrival.WaitAsync(offset, IsReadWhole, cancellationToken);
        return await arrival.ReadAsync(buffer[..(int)Math.Min(buffer.Length, available)], offset, cancellationToken);
    }

    public override void Close() => arrival.Leave();
}
