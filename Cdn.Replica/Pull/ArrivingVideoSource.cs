using Cdn.Replica.Intake;

namespace Cdn.Replica.Pull;

/// <summary>
/// A video that is arriving, read by one of those who asked for it. One that leaves does not stop the others; and if who brings
/// it leaves, it is gone on with from the origin.
/// </summary>
/// <param name="arrival">What is arriving; this reader has entered it.</param>
/// <param name="isFirst">Whether this reader caused it.</param>
/// <param name="goOn">Has it gone on with. It returns why that cannot be; null if it is.</param>
internal sealed class ArrivingVideoSource(Arrival arrival, bool isFirst, Func<Arrival, string?> goOn) : VideoSource(arrival.Version)
{
    public override string CacheStatus =>
        (arrival.IsRefresh ? "fwd=stale" : "fwd=miss") + (isFirst ? "; stored" : "; collapsed; stored");

    public override async ValueTask WaitAsync(long offset, CancellationToken cancellationToken) => await AvailableAsync(offset, cancellationToken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        var available = await AvailableAsync(offset, cancellationToken);
        return await arrival.ReadAsync(buffer[..(int)Math.Min(buffer.Length, available)], offset, cancellationToken);
    }

    public override void Close() => arrival.Leave();

    private async ValueTask<long> AvailableAsync(long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await arrival.WaitAsync(offset, IsReadWhole, cancellationToken);
            }
            catch (SupplierGoneException e)
            {
                if (goOn(arrival) is { } refusal)
                {
                    throw new IOException($"{e.Message} It cannot be gone on with: {refusal}");
                }
            }
        }
    }
}
