namespace Cdn.Replica.State;

/// <summary>
/// Who may write how much. Bytes are promised before the first one is written, and whoever asks next sees what is promised to
/// others and not on the disk yet: so what is begun has room to its end, and what would not fit is refused before it has brought
/// anything.
/// </summary>
/// <param name="limits">What the operator allows.</param>
/// <param name="disk">What the disk has.</param>
internal sealed class RoomAccountant(RoomLimits limits, Func<DiskSpace> disk)
{
    private readonly Lock _gate = new();
    private long _used;
    private long _promised;
    private long _promisedToPulls;
    private long _pulled;
    private int _generation;

    /// <summary>Most bytes that the store may take.</summary>
    public long Capacity => limits.Capacity;

    /// <summary>Bytes that the store has on the disk: objects, what is on its way in, and what was set aside.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Bytes of objects that were only pulled, which can be had by evicting.</summary>
    public long Pulled
    {
        get => Volatile.Read(ref _pulled);
        set => Volatile.Write(ref _pulled, value);
    }

    /// <summary>Promises room.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="isPulled">Whether it is for content that nobody has assigned to this replica.</param>
    /// <param name="reservation">The promise.</param>
    /// <param name="refusal">Why there is none.</param>
    public bool TryReserve(long bytes, bool isPulled, out RoomReservation? reservation, out RoomRefusal? refusal)
    {
        DiskSpace space;
        try
        {
            space = disk();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (reservation, refusal) = (null, new RoomRefusal(long.MaxValue, $"The disk of the store cannot be asked: {e.Message}"));
            return false;
        }

        lock (_gate)
        {
            refusal = Refuse(bytes, isPulled, space);
            reservation = refusal is null ? new RoomReservation(this, bytes, isPulled, _generation) : null;
            if (refusal is null)
            {
                _promised += bytes;
                _promisedToPulls += isPulled ? bytes : 0;
            }
        }

        return refusal is null;
    }

    /// <summary>Counts what is on the disk already.</summary>
    public void Count(long bytes)
    {
        lock (_gate)
        {
            _used += bytes;
        }
    }

    /// <summary>Something has gone from the disk.</summary>
    public void Release(long bytes) => Count(-bytes);

    /// <summary>
    /// Starts again from nothing, for a store that was taken away: what was promised before has no meaning any more.
    /// </summary>
    public void Reset()
    {
        lock (_gate)
        {
            (_used, _promised, _promisedToPulls, _pulled) = (0, 0, 0, 0);
            _generation++;
        }
    }

    /// <summary>What was promised is on the disk, or is not wanted any more.</summary>
    internal void Settle(int generation, long promised, long used, bool isPulled)
    {
        lock (_gate)
        {
            if (generation == _generation)
            {
                _promised -= promised;
                _promisedToPulls -= isPulled ? promised : 0;
                _used += used;
            }
        }
    }

    private RoomRefusal? Refuse(long bytes, bool isPulled, DiskSpace space)
    {
        var left = limits.HasCapacity ? limits.Capacity - _used - _promised : long.MaxValue;
        if (bytes > left)
        {
            return new RoomRefusal(
                bytes - left, $"The store has {limits.Capacity} bytes of capacity and {Math.Max(0, left)} left; this takes {bytes}.");
        }

        var free = space.Free - limits.FloorOf(space) - _promised;
        if (bytes > free)
        {
            return new RoomRefusal(
                bytes - free,
                $"The disk of the store has {space.Free} bytes left, of which {_promised} are promised and {limits.FloorOf(space)} stay free; "
                + $"this takes {bytes}.");
        }

        var share = limits.ShareOf(space) - Pulled - _promisedToPulls;
        return isPulled && bytes > share
            ? new RoomRefusal(
                bytes - share, $"What is pulled may take {limits.ShareOf(space)} bytes, and {Math.Max(0, share)} are left; this takes {bytes}.")
            : null;
    }
}

/// <summary>Why there is no room.</summary>
/// <param name="Missing">Bytes that would have to go first.</param>
/// <param name="Reason">One sentence.</param>
internal sealed record RoomRefusal(long Missing, string Reason);

/// <summary>Room that is promised. What is not used of it is given back at the end.</summary>
internal sealed class RoomReservation(RoomAccountant room, long bytes, bool isPulled, int generation) : IDisposable
{
    private long _left = bytes;

    /// <summary>So many bytes of it are on the disk, and stay for now.</summary>
    public void Wrote(long written)
    {
        _left -= written;
        room.Settle(generation, written, written, isPulled);
    }

    /// <summary>So many bytes that were on the disk have gone from it again.</summary>
    public void Removed(long removed) => room.Settle(generation, 0, -removed, isPulled);

    public void Dispose()
    {
        room.Settle(generation, _left, 0, isPulled);
        _left = 0;
    }
}
