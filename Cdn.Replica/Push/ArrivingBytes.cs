using Cdn.Replica.Fill;
using Cdn.Transfer.Push;

namespace Cdn.Replica.Push;

/// <summary>The bytes of a video that is being received, as far as they have come. Whether they are right is seen where they go.</summary>
internal sealed class ArrivingBytes(FileStream file, Reception reception) : IPushBytes
{
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (changed, isOver) = (reception.NextChange, reception.IsOver); // Before the length: what is over has its last length.
            var there = reception.Length - offset;
            if (there > 0)
            {
                return await RandomAccess.ReadAsync(file.SafeFileHandle, buffer[..(int)Math.Min(buffer.Length, there)], offset, cancellationToken);
            }

            if (there < 0)
            {
                throw new PushFailedException(StatusCodes.Status409Conflict, $"The other replica is ahead of the {reception.Length} bytes that have arrived here.");
            }

            if (isOver)
            {
                throw new PushFailedException(StatusCodes.Status424FailedDependency, $"What was being received broke off after {reception.Length} bytes.");
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => file.Dispose();
}
