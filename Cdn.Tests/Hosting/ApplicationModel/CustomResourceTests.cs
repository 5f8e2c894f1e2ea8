using Cdn.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Tests.Hosting.ApplicationModel;

/// <summary>What an integration in another assembly needs: a resource of its own, made of nothing but the public API.</summary>
public sealed class CustomResourceTests
{
    [Fact]
    public async Task Edge_OfAnotherAssembly_IsConfiguredStartedAndShown()
    {
        await using var builder = TestApp.Create();
        var origin = builder.AddSleeper("origin").WithHttpEndpoint();
        var upstream = "";
        builder.Services.AddHealthChecks().AddCheck("edge-check", () => HealthCheckResult.Healthy());
        var edge = builder.AddResource(new EdgeResource("edge"))
            .WithHttpsEndpoint(port: 9005)
            .WithExternalHttpEndpoints()
            .WithEnvironment("EDGE", "1")
            .WithHealthCheck("edge-check")
            .WithIconName("Globe")
            .WithParentRelationship(origin)
            .WithUrlForEndpoint("https", url =>
            {
                url.Url = "/video/";
                url.DisplayText = "videos";
            })
            .WithUrl($"{origin.GetEndpoint("http")}/list_videos", "catalog")
            .OnBeforeResourceStarted((_, _, _) =>
            {
                upstream = origin.GetEndpoint("http").Url;
                return Task.CompletedTask;
            });
        edge.WithArgs("-c", $"echo to $0; exec sleep 600").WithArgs(context => context.Args.Add(upstream)).WaitFor(origin);
        await using var app = await builder.StartAsync();

        await app.ResourceNotifications.WaitForResourceHealthyAsync("edge", TestApp.Cancel);

        await app.LineAsync("edge", l => l == $"to {origin.GetEndpoint("http").Url}");
        Assert.True(app.ResourceNotifications.TryGetCurrentState("edge", out var now));
        Assert.Equal("Edge", now.Snapshot.ResourceType);
        var https = edge.GetEndpoint("https").Url;
        Assert.Equal([$"{https}/video/", $"{origin.GetEndpoint("http").Url}/list_videos"], now.Snapshot.Urls.Select(u => u.Url));
        var summary = StartSummary.Create(
            "cdn", TimeSpan.FromSeconds(1.25), app.Services.GetRequiredService<DistributedApplicationModel>(),
            app.Services.GetRequiredService<ResourceUrls>(), "http://localhost:18888");
        Assert.Equal(
            ["", "cdn is up after 1.3 s. Ctrl+C stops it.", $"  edge       {https}/video/  (videos)",
                $"  edge       {origin.GetEndpoint("http").Url}/list_videos  (catalog)", "  dashboard  http://localhost:18888", ""],
            summary.Split(System.Environment.NewLine));
    }

    private sealed class EdgeResource(string name) : ExecutableResource(name, "/bin/sh", "/");
}
