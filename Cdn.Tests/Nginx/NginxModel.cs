using Aspire.Hosting.Nginx.Running;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Tests.Nginx;

/// <summary>An application with nginx in its model, of which nothing is started.</summary>
internal sealed class NginxModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IDistributedApplicationBuilder _builder = DistributedApplication.CreateBuilder(
        new DistributedApplicationOptions { DisableDashboard = true });
    private DistributedApplication? _app;

    public NginxModel(int? port = 8080)
    {
        Service = _builder.AddExecutable("api", "api", ".").WithHttpEndpoint(name: "http");
        Nginx = _builder.AddNginx("nginx", port).WithRunDirectory(Run);
    }

    /// <summary>The run directory.</summary>
    public string Run => _folder.Of("run");

    public TemporaryFolder Folder => _folder;

    public IDistributedApplicationBuilder Builder => _builder;

    public IResourceBuilder<NginxResource> Nginx { get; }

    /// <summary>A service, to go behind it.</summary>
    public IResourceBuilder<ExecutableResource> Service { get; }

    public IServiceProvider Services => (_app ??= _builder.Build()).Services;

    /// <summary>What the orchestrator finds in the model.</summary>
    public IResource Modelled => _builder.Resources.Single(resource => resource.Name == "nginx");

    public string Written(string file) => File.ReadAllText(Path.Combine(Run, file));

    /// <summary>Does what an application does at its start, up to where the orchestrator takes over.</summary>
    public Task PrepareAsync() => NginxPreparation.PrepareAsync(Nginx.Resource, Services, TestContext.Current.CancellationToken);

    /// <summary>Gives the service its address, as the machine and as a container sees it.</summary>
    public void Allocate(int port)
    {
        var endpoint = Service.Resource.Annotations.OfType<EndpointAnnotation>().Single();
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", port);
        var network = KnownNetworkIdentifiers.DefaultAspireContainerNetwork;
        endpoint.AllAllocatedEndpoints.AddOrUpdateAllocatedEndpoint(
            network, new AllocatedEndpoint(
                endpoint, "aspire.dev.internal", port + 1, EndpointBindingMode.SingleAddress, null, network));
    }

    /// <summary>The arguments that nginx would be started with; asking for them writes its configuration.</summary>
    public async Task<List<string>> ArgumentsAsync()
    {
        var result = await ExecutionConfigurationBuilder.Create(Modelled)
            .WithArgumentsConfig()
            .WithEnvironmentVariablesConfig()
            .BuildAsync(
                Services.GetRequiredService<DistributedApplicationExecutionContext>(),
                cancellationToken: TestContext.Current.CancellationToken);
        Assert.Null(result.Exception);
        return [.. result.Arguments.Select(argument => argument.Value)];
    }

    public void Dispose()
    {
        _app?.Dispose();
        _folder.Dispose();
    }
}
