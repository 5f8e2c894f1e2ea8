using Cdn.Contracts;
using Cdn.Controller;
using Cdn.Controller.Cluster;
using Cdn.Controller.State;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.State;

/// <summary>What a controller remembers from one process to the next.</summary>
public sealed class StateFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task State_ChangesAlone_AreWritten_AndRememberedByTheNext()
    {
        var cluster = Cluster(null, View("replica1", ReplicaState.Up));
        using (var state = await StartAsync(cluster))
        {
            cluster.SetPurges(new PurgeLog("log", 3, 1, [new(2, new PurgeSelector(Prefix: "a/"))]));
            cluster.Publish(Video("a"), Video("b"));
            state.Save();
            cluster.Publish(Video("b", version: 2), Video("c"));
            state.Save();
        }

        var next = Cluster(null, View("replica1", ReplicaState.Up));
        using var remembered = await StartAsync(next);

        Assert.Equal(["b", "c"], next.Current.Videos.Select(row => row.Key.Value).Order());
        Assert.Equal(Video("b", version: 2), next.Current.Videos.GetValueOrDefault(VideoName.Parse("b"))!.Current);
        Assert.Equal(cluster.Current.Catalog! with { IsRemembered = true }, next.Current.Catalog);
        Assert.Equal((3, 1, "a/"), (next.Current.Purges.Last, next.Current.Purges.Closed, next.Current.Purges.Open[0].What.Prefix));
        Assert.Equal(2, next.Current.Counts.Catalog.Videos);
    }

    [Theory]
    [InlineData("")]
    [InlineData("this is no database at all, and longer than a header of one, which has a hundred bytes; so there is something to read")]
    public async Task State_ThatIsDamaged_IsForgotten(string content)
    {
        await File.WriteAllTextAsync(_folder.Of(StateFile.Name), content, TestContext.Current.CancellationToken);
        var cluster = Cluster(null, View("replica1", ReplicaState.Up));

        using var state = await StartAsync(cluster);

        Assert.Null(cluster.Current.Catalog);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<RememberedState> StartAsync(ClusterState cluster)
    {
        var state = new RememberedState(
            cluster, Options.Create(new ControllerOptions { StateDir = _folder.Path }), new ManualTime(), NullLogger<RememberedState>.Instance);
        using var ended = new CancellationTokenSource();
        await state.StartAsync(ended.Token);
        return state;
    }
}
