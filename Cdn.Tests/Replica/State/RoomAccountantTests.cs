using Cdn.Replica.State;

namespace Cdn.Tests.Replica.State;

public sealed class RoomAccountantTests
{
    [Fact]
    public void Reserve_WhatTogetherDoesNotFit_IsRefusedBeforeTheFirstByte()
    {
        var room = new RoomAccountant(new RoomLimits(long.MaxValue, 0.1, FreeFloor: 0), () => new DiskSpace(1000, 100));

        var granted = Enumerable.Range(0, 4).Select(i => room.TryReserve(30, isPulled: false, out var one, out _) ? one : null).ToList();

        Assert.Equal([true, true, true, false], granted.Select(one => one is not null));
        granted[0]!.Dispose(); // It was not needed after all.
        Assert.True(room.TryReserve(30, isPulled: false, out _, out _));
    }

    [Fact]
    public void Reserve_OfWhatIsWritten_CountsOnce()
    {
        var free = 100L;
        var room = new RoomAccountant(new RoomLimits(long.MaxValue, 0.1, FreeFloor: 0), () => new DiskSpace(1000, free));
        Assert.True(room.TryReserve(60, isPulled: false, out var one, out _));

        one!.Wrote(50);
        free -= 50;

        Assert.False(room.TryReserve(41, isPulled: false, out _, out var refusal));
        Assert.Equal(1, refusal!.Missing);
        Assert.True(room.TryReserve(40, isPulled: false, out _, out _));
        Assert.Equal(50, room.Used);
    }

    [Fact]
    public void Reserve_OfWhatIsPulled_KeepsToItsShare_AndPushesDoNot()
    {
        var room = new RoomAccountant(new RoomLimits(long.MaxValue, 0.1, FreeFloor: 0), () => new DiskSpace(1000, 1000)) { Pulled = 80 };

        Assert.False(room.TryReserve(30, isPulled: true, out _, out var refusal));
        Assert.Equal(10, refusal!.Missing);
        Assert.True(room.TryReserve(20, isPulled: true, out _, out _));
        Assert.False(room.TryReserve(1, isPulled: true, out _, out _));
        Assert.True(room.TryReserve(900, isPulled: false, out _, out _));
    }

    [Fact]
    public void Reserve_WithACapacity_HasNoShare()
    {
        var room = new RoomAccountant(new RoomLimits(500, 0.1, FreeFloor: 0), () => new DiskSpace(1000, 1000));

        Assert.True(room.TryReserve(500, isPulled: true, out _, out _));
        Assert.False(room.TryReserve(1, isPulled: true, out _, out _));
    }

    [Theory]
    [InlineData(1L << 40, 1L << 30)]
    [InlineData(1000, 20)]
    public void Floor_OfADisk_IsAFiftieth_AtMostOneGibibyte(long total, long floor) =>
        Assert.Equal(floor, new RoomLimits(long.MaxValue, 0.1, null).FloorOf(new DiskSpace(total, total)));

    [Fact]
    public void Reset_MakesWhatWasPromisedBeforeMeaningless()
    {
        var room = new RoomAccountant(new RoomLimits(100, 0.1, FreeFloor: 0), () => new DiskSpace(1000, 1000));
        Assert.True(room.TryReserve(100, isPulled: false, out var before, out _));

        room.Reset();
        before!.Wrote(50);
        before.Dispose();

        Assert.Equal(0, room.Used);
        Assert.True(room.TryReserve(100, isPulled: false, out _, out _));
    }
}
