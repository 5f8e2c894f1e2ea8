using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Health;

/// <summary>What anybody may hear of how the CDN is.</summary>
public sealed class SummaryTests
{
    [Fact]
    public void Of_AFill_SaysHowFarItIs_AndNothingOfWhatIsInside()
    {
        var (small, big) = (Video("small", size: 10), Video("big", size: 90));
        var filling = Cluster(Catalog(small, big), View("replica1", ReplicaState.Up, small, big), View("replica2", ReplicaState.Up, small));

        Assert.StartsWith("55 % of ", Summary.Of(filling.Current, HealthStatus.Unhealthy));
        Assert.DoesNotContain("replica2", Summary.Of(filling.Current, HealthStatus.Unhealthy));
        Assert.StartsWith("It is well", Summary.Of(filling.Current, HealthStatus.Healthy));
        Assert.Equal("It is just starting.", Summary.Of(Cluster(null, View("replica1", ReplicaState.Up)).Current, HealthStatus.Unhealthy));
    }
}
