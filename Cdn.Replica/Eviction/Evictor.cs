using Cdn.Contracts;
using Cdn.Replica.Store;

namespace Cdn.Replica.Eviction;

/// <summary>
/// Makes room. What the plan assigned to this replica stays; what was pulled goes when the room is needed, in the order that
/// <see cref="Sieve{TKey}"/> says. Nothing goes for something that would not fit even then.
/// </summary>
internal sealed partial class Evictor(VideoStore store, SpaceBudget budget, EvictionMetrics metrics, ILogger<Evictor> logger)
{
    private readonly Lock _gate = new();

    /// <summary>Reserves bytes, evicting what it takes; says why if that does not work.</summary>
    public bool TryReserve(long bytes, out string? why)
    {
        lock (_gate)
        {
            while (!budget.TryReserve(bytes, out why, out var missing))
            {
                if (store.EvictableBytes < missing || store.EvictOne() is not { } evicted)
                {
                    return false;
                }

                metrics.Evicted(evicted.Size);
                LogEvicted(logger, evicted.Sha256, evicted.Size, bytes);
            }

            return true;
        }
    }

    [LoggerMessage(EventId = 350, Level = LogLevel.Debug, Message = "Object {Digest} of {Size} bytes was evicted to make room for {Bytes}")]
    private static partial void LogEvicted(ILogger logger, Sha256Digest digest, long size, long bytes);
}
