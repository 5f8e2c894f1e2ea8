using Cdn.Hosting;
using Cdn.Hosting.Testing;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Hosting.Testing;

public sealed class TestingBuilderTests
{
    [Fact]
    public async Task AppHost_TwiceAtOnce_RunsOnPortsOfItsOwn()
    {
        using var data1 = new TemporaryFolder();
        using var data2 = new TemporaryFolder();
        await using var builder1 = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Cdn_AppHost>(
            [$"--DATA_DIR={data1.Path}"], TestApp.Cancel);
        await using var builder2 = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Cdn_AppHost>(
            [$"--DATA_DIR={data2.Path}"], TestApp.Cancel);
        await using var app1 = await builder1.BuildAsync(TestApp.Cancel);
        await using var app2 = await builder2.BuildAsync(TestApp.Cancel);
        await Task.WhenAll(app1.StartAsync(TestApp.Cancel), app2.StartAsync(TestApp.Cancel));

        foreach (var app in new[] { app1, app2 })
        {
            await app.ResourceNotifications.WaitForResourceHealthyAsync("controller", TestApp.Cancel);
            using var client = app.CreateHttpClient("controller", "http");
            Assert.StartsWith("{\"status\":\"Healthy\"", await client.GetStringAsync(new Uri("/health", UriKind.Relative), TestApp.Cancel), StringComparison.Ordinal);
        }

        Assert.NotEqual(app1.GetEndpoint("origin"), app2.GetEndpoint("origin"));
        await Task.WhenAll(app1.StopAsync(TestApp.Cancel), app2.StopAsync(TestApp.Cancel));
    }

    [Fact]
    public async Task AppHost_Built_MayBeReadAndChangedBeforeItStarts()
    {
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Cdn_AppHost>(
            ["ORIGIN_PORT=9101"], TestApp.Cancel);
        var origin = Assert.IsType<ProjectResource>(builder.Resources.Single(r => r.Name == "origin"));
        Assert.Equal(9101, Assert.Single(origin.Annotations.OfType<EndpointAnnotation>()).Port);
        Assert.Equal(Projects.Cdn_AppHost.ProjectPath, builder.AppHostDirectory);
        builder.CreateResourceBuilder(origin).WithEnvironment("ADDED", "1");

        await using var app = await builder.BuildAsync(TestApp.Cancel);

        Assert.Throws<InvalidOperationException>(() => app.GetEndpoint("origin"));
    }

    [Fact]
    public async Task Builder_DisposedWithoutBuild_EndsTheProgram()
    {
        var entryPoint = typeof(Projects.Cdn_AppHost);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync(entryPoint, TestApp.Cancel);

        await builder.DisposeAsync();
    }
}
