namespace Cdn.Replica.State;

/// <summary>Room on the disk that the store is on.</summary>
/// <param name="Total">Bytes that it has.</param>
/// <param name="Free">Bytes that are free for us.</param>
internal readonly record struct DiskSpace(long Total, long Free)
{
    /// <exception cref="IOException">It cannot be told.</exception>
    public static DiskSpace Of(string folder)
    {
        var drive = new DriveInfo(folder);
        return new DiskSpace(drive.TotalSize, drive.AvailableFreeSpace);
    }
}

/// <summary>How much of it the store takes.</summary>
/// <param name="Capacity">Most bytes of the store (<c>CAPACITY</c>); <see cref="long.MaxValue"/> without a limit.</param>
/// <param name="PullShare">
/// Most of the disk that pulled content takes where there is no capacity (<c>PULL_SHARE</c>); 0 to 1.
/// </param>
/// <param name="FreeFloor">Bytes that stay free (<c>FREE_FLOOR</c>); null for <see cref="OwnFloor"/>.</param>
internal sealed record RoomLimits(long Capacity, double PullShare, long? FreeFloor)
{
    /// <summary>Most that stays free by itself: 1 GiB, which the index and nginx's logs live off for long.</summary>
    private const long MostFloor = 1L << 30;

    /// <summary>Of a small disk a fiftieth: there 1 GiB would be all of it.</summary>
    private const long FloorDivisor = 50;

    public bool HasCapacity => Capacity < long.MaxValue;

    /// <summary>Bytes that stay free.</summary>
    public long FloorOf(DiskSpace disk) => FreeFloor ?? OwnFloor(disk);

    /// <summary>Most bytes of pulled content.</summary>
    public long ShareOf(DiskSpace disk) => HasCapacity ? long.MaxValue : (long)(disk.Total * PullShare);

    private static long OwnFloor(DiskSpace disk) => Math.Min(MostFloor, disk.Total / FloorDivisor);
}
