using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Replica.Store;

namespace Cdn.Replica.Intake;

/// <summary>
/// Makes room for what comes. What the plan assigned to this replica stays; what was pulled goes when the room is needed. Nothing
/// goes for something that would not fit even then.
/// </summary>
internal sealed partial class Room(VideoStore store, RoomAccountant accountant, EvictionMetrics metrics, ILogger<Room> logger) : IDisposable
{
    /// <summary>Tries before it is given up: 8. Others may take what was just freed.</summary>
    private const int Tries = 8;

    private readonly SemaphoreSlim _evicting = new(1);

    /// <summary>Reserves bytes, evicting what it takes; or says why not.</summary>
    public async Task<(RoomReservation? Reservation, string? Refusal)> ReserveAsync(long bytes, bool isPulled)
    {
        if (accountant.TryReserve(bytes, isPulled, out var reservation, out var refusal))
        {
            return (reservation, null);
        }

        await _evicting.WaitAsync();
        try
        {
            for (var i = 0; i < Tries; i++)
            {
                if (accountant.TryReserve(bytes, isPulled, out reservation, out refusal))
                {
                    return (reservation, null);
                }

                if (refusal!.Missing > accountant.Pulled || (await store.EvictAsync(refusal.Missing)).Value is not { Count: > 0 } evicted)
                {
                    break;
                }

                foreach (var held in evicted)
                {
                    metrics.Evicted(held.Size);
                    LogEvicted(logger, held.Sha256, held.Size, bytes);
                }
            }

            return (null, refusal!.Reason);
        }
        finally
        {
            _evicting.Release();
        }
    }

    public void Dispose() => _evicting.Dispose();

    [LoggerMessage(EventId = 350, Level = LogLevel.Debug, Message = "Object {Digest} of {Size} bytes was evicted to make room for {Bytes}")]
    private static partial void LogEvicted(ILogger logger, Sha256Digest digest, long size, long bytes);
}
