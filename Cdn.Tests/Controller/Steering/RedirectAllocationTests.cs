using System.Diagnostics.Metrics;
using Cdn.Contracts;
using Cdn.Controller;
using Cdn.Controller.Cluster;
using Cdn.Controller.Health;
using Cdn.Controller.Inventories;
using Cdn.Controller.Steering;
using Cdn.Controller.Trust;
using Cdn.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Steering;

/// <summary>A redirect allocates the text of its Location, which the response needs, and nothing else.</summary>
public sealed class RedirectAllocationTests : IHttpClientFactory
{
    private const int Redirects = 1000;

    private static readonly CatalogVideo Film = Video("shows/1/film.mp4");

    private readonly ClusterState _cluster = Cluster(Catalog(Film), [.. Enumerable.Range(1, 8).Select(i => View($"replica{i}", ReplicaState.Up, Film))]);

    [Theory]
    [InlineData("/video/shows/1/film.mp4")]
    [InlineData("/video/shows/1/film.mp4?session=17&start=0")]
    public void Redirect_AllocatesItsLocationAlone(string target)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var monitors = Monitors();
        var redirector = new Redirector(
            new ReplicaSelector(_cluster, new RoundRobin()), _cluster, monitors, new SteeringMetrics(services.GetRequiredService<IMeterFactory>()),
            new EdgeClaims(Options.Create(new ControllerOptions())), Options.Create(new ControllerOptions()));
        var context = new DefaultHttpContext();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        redirector.InvokeAsync(context); // For what is made once.

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Redirects; i++)
        {
            redirector.InvokeAsync(context);
        }

        var redirects = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(302, context.Response.StatusCode);
        Assert.Matches("^/replica[1-8]" + System.Text.RegularExpressions.Regex.Escape(target) + "$", context.Response.Headers.Location.ToString());
        Assert.Equal(Redirects * SizeOf(context.Response.Headers.Location.ToString()), redirects);
    }

    public HttpClient CreateClient(string name) => new();

    /// <summary>What a text of this length takes.</summary>
    private static long SizeOf(string text)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        GC.KeepAlive(new string('x', text.Length));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private ReplicaMonitors Monitors() => new(
        Directory(_cluster.Current.Replicas.Select(replica => replica.Name)), new HeartbeatClient(this), new InventoryClient(this), _cluster,
        Options.Create(new ControllerOptions()), new ManualTime(), NullLoggerFactory.Instance);
}
