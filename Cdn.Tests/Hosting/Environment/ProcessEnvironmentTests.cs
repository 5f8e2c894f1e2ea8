using Cdn.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cdn.Tests.Hosting.Environment;

public sealed class ProcessEnvironmentTests
{
    [Fact]
    public async Task Project_WithReference_IsGivenWhatAspireGives()
    {
        await using var builder = TestApp.Create("--environment", "Development");
        var origin = builder.AddProject<Projects.Cdn_Origin>("my-origin")
            .WithHttpEndpoint().WithHttpEndpoint(name: "admin").WithExplicitStart();
        var controller = builder.AddProject<Projects.Cdn_Controller>("controller")
            .WithHttpEndpoint().WithReference(origin).WithReference("store", new Uri("http://store.test:81")).WithExplicitStart();
        await using var app = await builder.StartAsync();

        var environment = await EnvironmentAsync(app, controller.Resource);

        var (main, admin) = (origin.GetEndpoint("http").Port, origin.GetEndpoint("admin").Port);
        Assert.Equal($"http://localhost:{controller.GetEndpoint("http").Port}", environment["ASPNETCORE_URLS"]);
        Assert.Equal($"http://localhost:{main}", environment["services__my-origin__http__0"]);
        Assert.Equal($"http://localhost:{admin}", environment["services__my-origin__admin__0"]);
        Assert.Equal($"http://localhost:{main}", environment["MY_ORIGIN_HTTP"]);
        Assert.Equal($"http://localhost:{admin}", environment["MY_ORIGIN_ADMIN"]);
        Assert.Equal("http://store.test:81/", environment["services__store__default__0"]);
        Assert.Equal("controller", environment["OTEL_SERVICE_NAME"]);
        Assert.StartsWith("service.instance.id=", environment["OTEL_RESOURCE_ATTRIBUTES"], StringComparison.Ordinal);
        Assert.Equal("1000", environment["OTEL_BSP_SCHEDULE_DELAY"]);
        Assert.Equal("always_on", environment["OTEL_TRACES_SAMPLER"]);
        Assert.Equal("in_memory", environment["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"]);
        Assert.Equal("true", environment["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"]);
        Assert.Equal("simple", environment["LOGGING__CONSOLE__FORMATTERNAME"]);
        Assert.False(environment.ContainsKey("ASPNETCORE_ENVIRONMENT"));
        Assert.False(environment.ContainsKey("DOTNET_ENVIRONMENT"));
    }

    [Fact]
    public async Task Executable_WithValuesOfAllKinds_IsGivenThem()
    {
        await using var builder = TestApp.Create();
        var key = builder.AddParameter("cdn-key", "s3cret", secret: true);
        var edge = builder.AddSleeper("edge").WithHttpsEndpoint(env: "EDGE_PORT").WithExplicitStart();
        edge.WithEnvironment("PLAIN", "x").WithEnvironment("ASKED", () => "y").WithEnvironment("KEY", key)
            .WithEnvironment("URL", edge.GetEndpoint("https"))
            .WithEnvironment("AT", $"{edge.GetEndpoint("https").Property(EndpointProperty.HostAndPort)}/{key}")
            .WithEnvironment(context => context.EnvironmentVariables["PLAIN"] = "changed");
        await using var app = await builder.StartAsync();

        var environment = await EnvironmentAsync(app, edge.Resource);

        var port = edge.GetEndpoint("https").Port;
        Assert.Equal("changed", environment["PLAIN"]);
        Assert.Equal("y", environment["ASKED"]);
        Assert.Equal("s3cret", environment["KEY"]);
        Assert.Equal($"https://localhost:{port}", environment["URL"]);
        Assert.Equal($"localhost:{port}/s3cret", environment["AT"]);
        Assert.Equal($"{port}", environment["EDGE_PORT"]);
        Assert.False(environment.ContainsKey("ASPNETCORE_URLS"));
        Assert.False(environment.ContainsKey("OTEL_SERVICE_NAME"));
    }

    [Fact]
    public async Task Arguments_OfAllKinds_ReachTheProcess()
    {
        await using var builder = TestApp.Create();
        var key = builder.AddParameter("cdn-key", "s3cret", secret: true);
        var edge = builder.AddScript("edge", "for a in \"$@\"; do echo \"<$a>\"; done");
        edge.WithArgs("sh", "a b", "").WithArgs(key, 3).WithArgs(context => context.Args.Add(ReferenceExpression.Create($"k={key}")));
        await using var app = await builder.StartAsync();

        var lines = await app.OutputAsync("edge");

        Assert.Equal(["<a b>", "<>", "<s3cret>", "<3>", "<k=s3cret>"], lines.Where(l => l.StartsWith('<')));
    }

    private static async Task<Dictionary<string, string>> EnvironmentAsync(DistributedApplication app, IResource resource) =>
        (await app.Services.GetRequiredService<ProcessEnvironment>().CreateAsync(resource, NullLogger.Instance, TestApp.Cancel)).All;
}
