using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Fill;

public sealed class FillPlannerTests
{
    private const int Large = 2_000_000;

    [Fact]
    public void Next_EmptyReplica_PushesSmallOnesTogether_AndThenLargeOnesBySize()
    {
        var world = new FillWorld(1, perReplica: 3);
        world.Publish(Video("big", size: 2 * Large), Video("b", size: 1), Video("a", size: 1), Video("film", size: Large));

        var pushes = world.Next().Cast<FillAction.Push>().ToList();

        Assert.Equal(["film", "big", "a b"], pushes.Select(push => string.Join(' ', push.Videos.Select(video => video.Name.Value))));
        Assert.All(pushes, push => Assert.Equal(PushRoute.Origin, push.Source));
    }

    [Fact]
    public void Next_VideosInDemand_ArePushedFirst()
    {
        var world = new FillWorld(1, perReplica: 1);
        world.Publish(Video("film", size: Large), Video("other", size: 2 * Large));
        var demand = new DemandReport(60, [new DemandPeriod(1, 30, [new VideoDemand(VideoName.Parse("other"), 20)])]);

        world.Cluster.SetDemand(DemandView.Of([demand], DateTimeOffset.UnixEpoch.AddMinutes(3)));

        Assert.Equal("other", Assert.Single(Assert.IsType<FillAction.Push>(Assert.Single(world.Next())).Videos).Name.Value);
    }

    [Fact]
    public void Next_VideosThatComeToBeInDemandWhileTheyWait_ArePushedNext()
    {
        var world = new FillWorld(1, perReplica: 1);
        world.Publish(Video("1", size: Large), Video("2", size: 2 * Large), Video("3", size: 3 * Large));
        world.Next();
        var demand = new DemandReport(60, [new DemandPeriod(1, 30, [new VideoDemand(VideoName.Parse("3"), 20)])]);
        world.Cluster.SetDemand(DemandView.Of([demand], DateTimeOffset.UnixEpoch.AddMinutes(3)));

        world.Tell(world.Do(world.Open[0]));

        Assert.Equal("3", Assert.Single(Assert.IsType<FillAction.Push>(Assert.Single(world.Next())).Videos).Name.Value);
    }

    [Fact]
    public void Next_ManySmallVideos_GoInBatchesOfBoundedSize_AndLeaveTheOriginOnce()
    {
        var world = new FillWorld(2, perReplica: 4);
        world.Publish(Enumerable.Range(0, 3000).Select(i => Video($"{i}.ts", size: i < 1000 ? 1000 : 200_000)));

        Assert.True(world.Settle());

        Assert.All(world.Pushes, push =>
            Assert.True(push.Videos.Length <= Limits.MaxBatchVideos && push.Videos.Sum(video => video.Size) <= Limits.MaxBatchBytes));
        Assert.Equal(3000, world.Pushes.Where(push => push.Source == PushRoute.Origin).Sum(push => push.Videos.Length));
        Assert.Equal(6000, world.Pushes.Sum(push => push.Videos.Length));
        Assert.InRange(world.Pushes.Count, 4, 100);
    }

    [Fact]
    public void Next_ReplicaUpToDate_IsNothing()
    {
        var world = new FillWorld(1);
        world.Publish(Video("a"));
        Assert.True(world.Settle());

        Assert.Empty(world.Next());
    }

    [Fact]
    public void Next_OldVersion_PushesTheNewOneAndDropsNothing()
    {
        var world = new FillWorld(1);
        world.Publish(Video("a"));
        Assert.True(world.Settle());

        world.Publish(Video("a", version: 2));

        Assert.Equal(Video("a", version: 2).Sha256, Assert.Single(Assert.IsType<FillAction.Push>(Assert.Single(world.Next())).Videos).Sha256);
    }

    [Fact]
    public void Next_WhatIsHeldByChanceOnly_IsPushedToBePinned()
    {
        var world = new FillWorld(1);
        var video = Video("a");
        world.Stores[0][video.Name] = new HeldContent(video.Size, video.Sha256, Pinned: false);
        world.Read(0);

        world.Publish(video);

        Assert.IsType<FillAction.Push>(Assert.Single(world.Next()));
    }

    [Fact]
    public void Next_RemovedVideo_IsDropped()
    {
        var world = new FillWorld(1);
        world.Publish(Video("a"), Video("b"));
        Assert.True(world.Settle());

        world.Unpublish(VideoName.Parse("b"));

        Assert.Equal("b", Assert.Single(Assert.IsType<FillAction.Drop>(Assert.Single(world.Next())).Videos).Name.Value);
    }

    [Fact]
    public void Next_NameGoneWhoseContentIsWanted_StaysUntilThatIsThere()
    {
        var world = new FillWorld(2);
        var (old, young) = (Video("a"), Video("a") with { Name = VideoName.Parse("b") });
        world.Publish(old);
        Assert.True(world.Settle());
        world.Publish(young);
        world.Unpublish(old.Name);

        for (var round = 0; round < 10 && world.Next() is var actions; round++)
        {
            Assert.All(actions.OfType<FillAction.Drop>(), drop => Assert.Contains(young.Name, world.Stores[drop.Target].Keys));
            world.Open.ToList().ForEach(action => world.Tell(world.Do(action)));
            world.Advance(TimeSpan.FromSeconds(1));
            world.Read(0);
            world.Read(1);
        }

        Assert.True(world.IsRight());
    }

    /// <summary>In a batch its bytes would go over the wire again.</summary>
    [Fact]
    public void Next_RenamedFolderOfSmallVideos_IsAskedForOneByOne()
    {
        var world = new FillWorld(1, perReplica: 8);
        var old = Enumerable.Range(0, 5).Select(i => Video($"a/{i}")).ToList();
        world.Publish(old);
        Assert.True(world.Settle());

        world.Publish(old.Select((video, i) => video with { Name = VideoName.Parse($"b/{i}") }));
        old.ForEach(video => world.Unpublish(video.Name));

        Assert.All(world.Next().Cast<FillAction.Push>(), push => Assert.Single(push.Videos));
        Assert.True(world.Settle());
    }

    [Fact]
    public void Next_AfterAFailure_WaitsByTheMonotonicClock_TwiceAsLongEachTime()
    {
        var world = new FillWorld(1);
        world.Publish(Video("a"));
        foreach (var seconds in (double[])[0.5, 1, 2, 4, 4, 4])
        {
            world.Tell(world.Do(Assert.Single(world.Next()), status: 502));
            Assert.Empty(world.Next());
            world.Advance(TimeSpan.FromSeconds(seconds * 0.49));
            Assert.Empty(world.Next());
            world.Advance(TimeSpan.FromSeconds(seconds * 0.52));
        }

        var troubles = FillPlanner.Troubles(world.State);
        Assert.Equal((1, "replica1", "a", 6), (troubles.Count, troubles.First[0].Replica, troubles.First[0].Video.Value, troubles.First[0].Tries));
        Assert.Contains("a cannot be filled on replica1 (6 tries): because", troubles.ToString());
    }

    [Fact]
    public void Next_OneVideoFailsForEver_DoesNotKeepOthersAway()
    {
        var world = new FillWorld(1);
        world.Publish(Video("bad", size: Large));
        for (var i = 0; i < 50; i++)
        {
            world.Next();
            world.Open.ToList().ForEach(action => world.Tell(world.Do(action, status: 500)));
            world.Advance(TimeSpan.FromSeconds(1));
        }

        world.Publish(Video("good", size: Large));

        Assert.Contains(world.Next().OfType<FillAction.Push>(), push => push.Videos[0].Name.Value == "good");
    }

    [Fact]
    public void Next_ReplicaThatTakesNothing_IsNotAskedForEverythingAgainAndAgain()
    {
        var world = new FillWorld(1);
        world.Publish(Enumerable.Range(0, 1000).Select(i => Video($"{i}", size: Large)));

        for (var i = 0; i < 100; i++)
        {
            world.Next();
            world.Open.ToList().ForEach(action => world.Tell(world.Do(action, status: 500)));
            world.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(world.Pushes.Count, 8, 100);
        Assert.True(world.Settle(1200));
    }

    [Fact]
    public void Next_OriginThatIsAway_IsAskedSeldom_AndBlamedForNoVideo()
    {
        var world = new FillWorld(2);
        world.Publish(Enumerable.Range(0, 1000).Select(i => Video($"{i}", size: Large)));

        for (var i = 0; i < 100; i++)
        {
            world.Next();
            world.Open.OfType<FillAction.Push>().ToList().ForEach(push =>
            {
                world.Open.Remove(push);
                world.Tell(new FillResult(push.Id, [new VideoReceipt(push.Videos[0].Name, 0, "Connection refused")]));
            });
            world.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(world.Pushes.Count, 4, 50);
        Assert.Equal(FillTroubles.None, FillPlanner.Troubles(world.State));
        Assert.True(world.Settle(1200));
    }

    [Fact]
    public void Next_FullDisk_StillTakesWhatIsSmaller()
    {
        var world = new FillWorld(1, perReplica: 1);
        world.Publish(Video("film", size: 10 * Large));
        world.Tell(world.Do(Assert.Single(world.Next()), status: 507));

        world.Publish(Video("short", size: Large), Video("longer", size: 20 * Large));

        Assert.Equal("short", Assert.IsType<FillAction.Push>(Assert.Single(world.Next())).Videos[0].Name.Value);
        world.Tell(world.Do(world.Open[0]));
        world.State.Replicas[0].Gate.Failed(world.Now, TimeSpan.FromSeconds(4), 0, 10 * Large);
        Assert.Empty(world.Next());
    }

    [Fact]
    public void Next_WhatWasVerifiedAndIsNotInTheInventory_IsPushedAgain_ButNotWithoutEnd()
    {
        var world = new FillWorld(1);
        world.Publish(Video("a"));

        for (var i = 0; i < 100; i++)
        {
            world.Next();
            world.Open.ToList().ForEach(action => world.Tell(world.Do(action)));
            world.Stores[0].Clear();
            world.Advance(TimeSpan.FromMilliseconds(100));
            world.Read(0);
        }

        Assert.InRange(world.Pushes.Count, 3, 8);
        Assert.Contains("not in the inventory", FillPlanner.Troubles(world.State).ToString());
    }

    [Fact]
    public void Next_ReplicaGoesDown_GivesUpWhatItGetsAndSends()
    {
        var world = new FillWorld(2);
        world.Publish(Video("film", size: Large));
        var first = Assert.IsType<FillAction.Push>(Assert.Single(world.Next()));
        var second = Assert.IsType<FillAction.Push>(Assert.Single(world.Next()));
        Assert.Equal(first.Target, second.Source);

        world.Set(first.Target, ReplicaState.Down);

        Assert.Equal([first.Id, second.Id], world.Next().OfType<FillAction.GiveUp>().Select(action => action.Id).Order());
        world.Tell(world.Do(first, FillOutcome.GivenUp));
        world.Tell(world.Do(second, FillOutcome.GivenUp));
        world.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(PushRoute.Origin, Assert.IsType<FillAction.Push>(Assert.Single(world.Next())).Source);
    }

    /// <summary>With a catalog that changed more often than surplus is waited for, nothing was ever dropped.</summary>
    [Fact]
    public void Next_SurplusOfABusyCatalog_IsDropped()
    {
        var world = new FillWorld(3, copies: 1);
        var video = Video("film.mp4");
        world.Publish(video);
        Assert.True(world.Settle());
        var elsewhere = Array.FindIndex(world.Stores, store => store.Count == 0);
        world.Stores[elsewhere][video.Name] = new HeldContent(video.Size, video.Sha256, Pinned: true);
        world.Read(elsewhere);

        for (var second = 0; second < 30 && world.Stores[elsewhere].ContainsKey(video.Name); second++)
        {
            world.Publish(Video("live.m3u8", version: second));
            world.Next();
            world.Open.ToList().ForEach(action => world.Tell(world.Do(action)));
            world.Advance(TimeSpan.FromSeconds(1));
            Enumerable.Range(0, 3).ToList().ForEach(world.Read);
            Assert.True(second > 15 || world.Stores[elsewhere].ContainsKey(video.Name), "it is dropped too soon");
        }

        Assert.DoesNotContain(video.Name, world.Stores[elsewhere].Keys);
    }

    [Fact]
    public void Next_SurplusWhoseHomeIsDown_Stays()
    {
        var world = new FillWorld(3, copies: 1);
        var video = Video("film.mp4");
        world.Publish(video);
        Assert.True(world.Settle());
        var (home, elsewhere) = (Array.FindIndex(world.Stores, store => store.Count == 1), Array.FindIndex(world.Stores, store => store.Count == 0));
        world.Stores[elsewhere][video.Name] = new HeldContent(video.Size, video.Sha256, Pinned: true);
        world.Read(elsewhere);
        world.Next();

        world.Set(home, ReplicaState.Down);
        world.Advance(TimeSpan.FromSeconds(60));

        Assert.Empty(world.Next());
    }
}
