using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Fill;

/// <summary>What a replica holds too much goes in requests of many.</summary>
public sealed class DropTests
{
    [Fact]
    public void Next_ManyVideosGone_AreDroppedTogether_InBatchesOfBoundedNumber()
    {
        var world = Filled(3000, perReplica: 8);

        var drops = Unpublish(world, 3000);

        Assert.Equal([1024, 1024, 952], drops.Select(drop => drop.Videos.Length));
        Assert.Equal(3000, drops.SelectMany(drop => drop.Videos).DistinctBy(video => video.Name).Count());
        Assert.All(drops.SelectMany(drop => drop.Videos), video => Assert.Equal(world.Stores[0][video.Name], video.Content));
        Assert.True(world.Settle());
    }

    [Fact]
    public void Next_MoreThanMayBeUnderWay_WaitsForWhatIs()
    {
        var world = Filled(3000, perReplica: 2);

        var drops = Unpublish(world, 3000);

        Assert.Equal(2, drops.Count);
        Assert.Empty(world.Next());
        world.Tell(world.Do(drops[0]));
        Assert.Equal(952, Assert.IsType<FillAction.Drop>(Assert.Single(world.Next())).Videos.Length);
    }

    [Fact]
    public void Next_DropThatFailed_IsTriedAgainAsAWhole_AfterAWait()
    {
        var world = Filled(100);
        world.Tell(world.Do(Assert.Single(Unpublish(world, 100)), status: 503));

        Assert.Empty(world.Next());
        world.Advance(TimeSpan.FromSeconds(0.51));

        Assert.Equal(100, Assert.IsType<FillAction.Drop>(Assert.Single(world.Next())).Videos.Length);
    }

    [Fact]
    public void Next_DropOfWhichSomeFailed_TriesThoseAgain()
    {
        var world = Filled(4);
        var drop = Assert.Single(Unpublish(world, 4));
        var receipts = world.Do(drop).Receipts;
        world.Stores[0][receipts[1].Video] = drop.Videos[1].Content;
        world.Stores[0][receipts[3].Video] = drop.Videos[3].Content;

        // One is done, one fails, one was not there, and of one nothing is said.
        world.Tell(new FillResult(
            drop.Id, [receipts[0], new VideoReceipt(receipts[1].Video, 507, "full"), receipts[2] with { Status = 404 }]));
        world.Advance(TimeSpan.FromSeconds(0.51));
        world.Read(0);

        var again = Assert.IsType<FillAction.Drop>(Assert.Single(world.Next()));
        Assert.Equal([drop.Videos[1], drop.Videos[3]], again.Videos.ToHashSet());
        Assert.True(world.Settle());
    }

    [Fact]
    public void Next_DropThatFailsAgainAndAgain_IsATroubleOfEach()
    {
        var world = Filled(2);
        Unpublish(world, 2);
        for (var i = 0; i < 4; i++)
        {
            world.Open.ToList().ForEach(action => world.Tell(world.Do(action, status: 500)));
            world.Advance(TimeSpan.FromSeconds(5));
            world.Next();
        }

        Assert.Equal(2, FillPlanner.Troubles(world.State).Count);
        Assert.True(world.Settle());
        Assert.Equal(FillTroubles.None, FillPlanner.Troubles(world.State));
    }

    /// <summary>What is published again while it is dropped is another one by then: the replica keeps it.</summary>
    [Fact]
    public void Next_VideoThatComesBackWhileItIsDropped_IsNotLost()
    {
        var world = Filled(10);
        var drop = Assert.Single(Unpublish(world, 10));

        world.Publish(Video("3", version: 2));
        world.Tell(world.Do(Assert.Single(world.Next()))); // The push is faster.
        world.Tell(world.Do(drop));

        Assert.Equal(Video("3", version: 2).Sha256, Assert.Single(world.Stores[0]).Value.Sha256);
        Assert.True(world.Settle());
    }

    /// <summary>It was dropped before its purge came, whose receipt then said that it had not been held.</summary>
    [Fact]
    public void Next_VideoThatIsGoneByAPurge_IsLeftToThePurge()
    {
        var world = Filled(4);
        world.Cluster.SetReplica(0, before => before with { Mark = new PurgeMark("log", 0) });
        world.Cluster.SetPurges(new PurgeLog("log", 1, 0, [new(1, new PurgeSelector(Name: VideoName.Parse("2")))]));

        var drop = Assert.Single(Unpublish(world, 4));

        Assert.Equal(["0", "1", "3"], drop.Videos.Select(video => video.Name.Value).Order());
    }

    /// <summary>A replica that is frozen keeps the connection, and the work would count for ever.</summary>
    [Fact]
    public void Next_ReplicaGoesDown_GivesUpItsDrop()
    {
        var world = Filled(10);
        var drop = Assert.Single(Unpublish(world, 10));

        world.Set(0, ReplicaState.Down);

        Assert.Equal(new FillAction.GiveUp(drop.Id), Assert.Single(world.Next()));
        world.Tell(world.Do(drop, FillOutcome.GivenUp));
        Assert.True(world.Settle());
    }

    private static FillWorld Filled(int videos, int perReplica = 2)
    {
        var world = new FillWorld(1, perReplica: perReplica);
        world.Publish(Enumerable.Range(0, videos).Select(i => Video($"{i}")));
        Assert.True(world.Settle());
        return world;
    }

    private static List<FillAction.Drop> Unpublish(FillWorld world, int videos)
    {
        world.Unpublish(Enumerable.Range(0, videos).Select(i => VideoName.Parse($"{i}")));
        return [.. world.Next().Cast<FillAction.Drop>()];
    }
}
