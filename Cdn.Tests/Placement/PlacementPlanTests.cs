using Cdn.Contracts;
using Cdn.Placement;
using static Cdn.Tests.Placement.Plans;

namespace Cdn.Tests.Placement;

public class PlacementPlanTests
{
    private const double Slack = 0.25;

    [Fact]
    public void Create_TwoCopiesOnThreeReplicas_GivesEachVideoTwoOfThem()
    {
        var plan = PlacementPlan.Create(Replicas(3), Videos(1000, copies: 2), Slack);

        Assert.All(Videos(1000), video => Assert.Equal(2, plan.ReplicasOf(video.Name).ToArray().Distinct().Count()));
        Assert.Equal(default, plan.Unplaced);
        Assert.Equal(1000, plan.Count);
        Assert.Equal(2000, Enumerable.Range(0, 3).Sum(replica => plan.LoadOf(replica).Videos));
    }

    [Fact]
    public void VideosOn_IsWhatBelongsThere()
    {
        var plan = PlacementPlan.Create(Replicas(5), Videos(500, copies: 2), Slack);

        for (var replica = 0; replica < 5; replica++)
        {
            Assert.Equal(
                Videos(500).Select(video => video.Name).Where(name => plan.Belongs(replica, name)).OrderBy(name => name.Value),
                plan.VideosOn(replica).OrderBy(name => name.Value));
            Assert.Equal(plan.LoadOf(replica).Videos, plan.VideosOn(replica).Count());
        }
    }

    [Fact]
    public void ReplicasOf_VideoThatIsNotInThePlan_IsNothing()
    {
        var plan = PlacementPlan.Create(Replicas(3), Videos(10, copies: 2), Slack);

        Assert.True(plan.ReplicasOf(VideoName.Parse("other.mp4")).IsEmpty);
        Assert.False(plan.Contains(VideoName.Parse("other.mp4")));
        Assert.True(plan.Contains(VideoName.Parse("0.mp4")));
    }

    [Fact]
    public void Create_MoreCopiesThanReplicas_PlacesOnAll_AndSaysWhatIsLacking()
    {
        var plan = PlacementPlan.Create(Replicas(2), Videos(10, size: 100, copies: 3), Slack);

        Assert.All(Videos(10), video => Assert.Equal(2, plan.ReplicasOf(video.Name).Length));
        Assert.Equal(new Unplaced(10, 1000), plan.Unplaced);
        Assert.Equal(10, plan.VideosUnplaced().Count());
    }

    [Fact]
    public void Create_MoreThanThereIsRoomFor_GivesEveryVideoOneCopyBeforeAnyHasTwo()
    {
        // Room for 95 of 100 each; 150 of the 200 copies that are wanted.
        var plan = PlacementPlan.Create(Replicas(100, 100), Videos(100, size: 1, copies: 2), Slack);

        Assert.All(Videos(100), video => Assert.True(plan.ReplicasOf(video.Name).Length >= 1));
        Assert.Equal(new Unplaced(10, 10), plan.Unplaced);
        Assert.Equal(new PlannedLoad(95, 95), plan.LoadOf(0));
        Assert.Equal(new PlannedLoad(95, 95), plan.LoadOf(1));
    }

    [Fact]
    public void Create_VideoThatIsLargerThanAnyBound_GoesWhereThereIsRoom()
    {
        var plan = PlacementPlan.Create(Replicas(null, null, null), [new PlacementVideo(VideoName.Parse("film.mp4"), 1000, 1)], Slack);

        Assert.Equal(1, plan.ReplicasOf(VideoName.Parse("film.mp4")).Length);
        Assert.Equal(default, plan.Unplaced);
    }

    [Fact]
    public void Create_VideoThatIsLargerThanAnyBound_GoesToTheSameReplicaWhateverTheirOrder()
    {
        var (one, other) = (new PlacementReplica("replica1", 1_000_000), new PlacementReplica("replica2", null));
        foreach (var video in Videos(20, size: 29_217))
        {
            var plan = PlacementPlan.Create(new PlacementReplicas([one, other]), [video], slack: 1);
            var reversed = PlacementPlan.Create(new PlacementReplicas([other, one]), [video], slack: 1);

            Assert.Equal(Describe(plan, [video]), Describe(reversed, [video]));
        }
    }

    [Fact]
    public void Create_LargeAndSmallVideosIntoLittleRoom_PlacesTheLargeOnesToo()
    {
        var videos = Videos(80, size: 1).Append(new PlacementVideo(VideoName.Parse("film.mp4"), 90, 1));

        var plan = PlacementPlan.Create(Replicas(100, 100), videos, Slack);

        Assert.Equal(default, plan.Unplaced);
        Assert.Equal(1, plan.ReplicasOf(VideoName.Parse("film.mp4")).Length);
    }

    [Fact]
    public void Create_ReplicaThatIsOut_GetsNothing_AndTheOthersKeepTheirNumbers()
    {
        var plan = PlacementPlan.Create(Without(Replicas(4), 1), Videos(200, copies: 2), Slack);

        Assert.Equal(default, plan.LoadOf(1));
        Assert.All([0, 2, 3], replica => Assert.True(plan.LoadOf(replica).Videos > 0));
    }

    [Fact]
    public void With_NothingNew_IsTheSamePlan()
    {
        var plan = PlacementPlan.Create(Replicas(4), Videos(20, copies: 2), Slack);

        Assert.Same(plan, plan.With(Replicas(4)));
        Assert.Same(plan, plan.With([], []));
    }

    [Fact]
    public void With_NewVersionOfAnotherSize_StaysWhereItWas()
    {
        var plan = PlacementPlan.Create(Replicas(8), Videos(1000, size: 10, copies: 2), Slack);
        var name = VideoName.Parse("7.mp4");

        var after = plan.With([new PlacementVideo(name, 20, 2)], []);

        Assert.Equal(plan.ReplicasOf(name).ToArray(), after.ReplicasOf(name).ToArray());
        Assert.Equal(plan.LoadOf(plan.ReplicasOf(name)[0]).Bytes + 10, after.LoadOf(plan.ReplicasOf(name)[0]).Bytes);
    }

    [Fact]
    public void With_NameTwice_IsRefused() => Assert.Throws<ArgumentException>(() =>
        PlacementPlan.Create(Replicas(3), [new(VideoName.Parse("a"), 1, 1), new(VideoName.Parse("a"), 2, 1)], Slack));
}
