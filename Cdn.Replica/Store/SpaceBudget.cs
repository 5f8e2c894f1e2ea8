using Microsoft.Extensions.Options;

namespace Cdn.Replica.Store;

/// <summary>
/// The hard quota: bytes are reserved before the first one is taken, and stay reserved for as long as they are on the disk,
/// in an object or in an unfinished push.
/// </summary>
internal sealed class SpaceBudget(IOptions<ReplicaOptions> options, StoreLayout layout)
{
    private readonly Lock _gate = new();
    private long _reserved;
    private int _generation;

    /// <summary>Most bytes that the store may take.</summary>
    public long Capacity { get; } = options.Value.CapacityBytes;

    /// <summary>Bytes that are taken or promised.</summary>
    public long Reserved
    {
        get
        {
            lock (_gate)
            {
                return _reserved;
            }
        }
    }

    /// <summary>Reserves bytes within the quota and within what the disk has free; says why if that does not work, and how many are missing.</summary>
    public bool TryReserve(long bytes, out string? why, out long missing)
    {
        lock (_gate)
        {
            missing = bytes - (Capacity - _reserved);
            if (missing > 0)
            {
                why = $"The store has {Capacity} bytes of capacity and {Math.Max(0, Capacity - _reserved)} left; this takes {bytes}.";
                return false;
            }

            var free = new DriveInfo(layout.Root).AvailableFreeSpace;
            missing = bytes - free;
            if (missing > 0)
            {
                why = $"The disk of the store has {free} bytes left; this takes {bytes}.";
                return false;
            }

            _reserved += bytes;
            why = null;
            return true;
        }
    }

    /// <summary>Counts what is on the disk already.</summary>
    public void Count(long bytes)
    {
        lock (_gate)
        {
            _reserved += bytes;
        }
    }

    /// <summary>Changes when the store was taken away: what was reserved before has no meaning any more.</summary>
    public int Generation
    {
        get
        {
            lock (_gate)
            {
                return _generation;
            }
        }
    }

    /// <summary>Gives bytes back.</summary>
    public void Release(long bytes)
    {
        lock (_gate)
        {
            _reserved -= bytes;
        }
    }

    /// <summary>Starts again from nothing, for a store that was taken away.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            _reserved = 0;
            _generation++;
        }
    }
}
