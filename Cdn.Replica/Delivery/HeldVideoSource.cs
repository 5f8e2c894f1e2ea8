using Cdn.Replica.Intake;
using Cdn.Replica.State;

namespace Cdn.Replica.Delivery;

/// <summary>A video in the store.</summary>
internal sealed class HeldVideoSource(HeldObject held, FileStream file) : VideoSource(held.Version)
{
    public override string CacheStatus => "hit";

    /// <summary>
    /// What is in the page cache is taken from there at once; a thread of the pool waits for the disk only if it has to.
    /// </summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken)
    {
        var read = PageCache.TryRead(file.SafeFileHandle, buffer.Span, offset);
        if (read <= 0)
        {
            read = await RandomAccess.ReadAsync(file.SafeFileHandle, buffer, offset, cancellationToken);
        }

        return read > 0 ? read : throw new EndOfStreamException("An object became shorter while it was read.");
    }

    public override void Close() => file.Dispose();
}
