using Cdn.Hosting;
using Cdn.Hosting.Protocol;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Tests.Hosting.Dashboard;

/// <summary>Asks an application for its resources as the dashboard does, over a real connection.</summary>
internal sealed class DashboardClient : IAsyncDisposable
{
    private readonly ResourceServer _server;
    private readonly GrpcChannel _channel;
    private readonly Metadata _headers;

    private DashboardClient(ResourceServer server, string key)
    {
        _server = server;
        _channel = GrpcChannel.ForAddress(server.Url!);
        _headers = new Metadata { { ResourceServer.KeyHeader, key } };
        Service = new DashboardService.DashboardServiceClient(_channel);
    }

    public DashboardService.DashboardServiceClient Service { get; }

    public CallOptions Options => new(_headers, cancellationToken: TestApp.Cancel);

    /// <param name="app">Started; without a dashboard of its own.</param>
    /// <param name="key">Another key than the right one.</param>
    public static async Task<DashboardClient> ConnectAsync(DistributedApplication app, string? key = null)
    {
        var server = app.Services.GetRequiredService<ResourceServer>();
        await server.StartAsync(TestApp.Cancel);
        return new DashboardClient(server, key ?? server.Key);
    }

    /// <summary>Watches until a resource is as asked.</summary>
    public async Task<Cdn.Hosting.Protocol.Resource> WaitAsync(string displayName, Func<Cdn.Hosting.Protocol.Resource, bool> predicate)
    {
        using var call = Service.WatchResources(new WatchResourcesRequest(), Options);
        await foreach (var update in call.ResponseStream.ReadAllAsync(TestApp.Cancel))
        {
            var resources = update.KindCase == WatchResourcesUpdate.KindOneofCase.InitialData
                ? update.InitialData.Resources
                : update.Changes.Value.Select(change => change.Upsert);
            if (resources.FirstOrDefault(r => r.DisplayName == displayName && predicate(r)) is { } found)
            {
                return found;
            }
        }

        throw new InvalidOperationException("The server has ended the stream.");
    }

    public async Task<ResourceCommandResponse> ExecuteAsync(string resource, string command) =>
        await Service.ExecuteResourceCommandAsync(new ResourceCommandRequest { ResourceName = resource, CommandName = command }, Options);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await _server.DisposeAsync();
    }
}
