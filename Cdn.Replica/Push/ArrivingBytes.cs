using Cdn.Replica.Intake;
using Cdn.Transfer.Push;

namespace Cdn.Replica.Push;

/// <summary>
/// The bytes of a video that is arriving, as far as they have come. Whether they are right is seen where they go.
/// </summary>
/// <param name="arrival">What is arriving; it was entered.</param>
internal sealed class ArrivingBytes(Arrival arrival) : IPushBytes
{
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        if (offset > arrival.Arrived)
        {
            throw new PushFailedException(StatusCodes.Status409Conflict, $"The other replica is ahead of the {arrival.Arrived} bytes that have arrived here.");
        }

        try
        {
            var available = await arrival.WaitAsync(offset, holdBackLast: false, cancellationToken);
            return await arrival.ReadAsync(buffer[..(int)Math.Min(buffer.Length, available)], offset, cancellationToken);
        }
        catch (IOException e)
        {
            throw new PushFailedException(StatusCodes.Status424FailedDependency, e.Message);
        }
    }

    public void Dispose() => arrival.Leave();
}
