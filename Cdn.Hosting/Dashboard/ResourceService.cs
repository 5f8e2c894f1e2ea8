using Cdn.Hosting.Protocol;
using Grpc.Core;

namespace Cdn.Hosting;

/// <summary>What the dashboard shows and does, besides telemetry: resources, their console logs, their commands.</summary>
internal sealed class ResourceService(
    AppHostLocation location, DistributedApplicationModel model, ResourceNotificationService notifications,
    ResourceLoggerService loggers, ResourceCommandService commands, OtlpEnvironment otlp) : DashboardService.DashboardServiceBase
{
    /// <summary>Lines in one message: 1.6 MiB if all have the longest length, where the dashboard takes 16 MiB.</summary>
    private const int LinesAtOnce = 100;

    public override Task<ApplicationInformationResponse> GetApplicationInformation(
        ApplicationInformationRequest request, ServerCallContext context)
    {
        const string Suffix = ".AppHost";
        var name = location.ApplicationName;
        return Task.FromResult(new ApplicationInformationResponse
        {
            ApplicationName = name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name,
        });
    }

    public override async Task WatchResources(
        WatchResourcesRequest request, IServerStreamWriter<WatchResourcesUpdate> responseStream, ServerCallContext context)
    {
        var initial = new InitialResourceData();
        foreach (var resource in model.Resources)
        {
            if (notifications.TryGetCurrentState(resource.Name, out var now))
            {
                initial.Resources.Add(Message(now));
            }
        }

        await responseStream.WriteAsync(new WatchResourcesUpdate { InitialData = initial }, context.CancellationToken).ConfigureAwait(false);

        // The present states come again: so none is missed between the two.
        await foreach (var next in notifications.WatchAsync(context.CancellationToken).ConfigureAwait(false))
        {
            var changes = new WatchResourcesChanges { Value = { new WatchResourcesChange { Upsert = Message(next) } } };
            await responseStream.WriteAsync(new WatchResourcesUpdate { Changes = changes }, context.CancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task WatchResourceConsoleLogs(
        WatchResourceConsoleLogsRequest request, IServerStreamWriter<WatchResourceConsoleLogsUpdate> responseStream,
        ServerCallContext context)
    {
        var resource = Find(request.ResourceName);
        var log = request.SuppressFollow ? loggers.GetAllAsync(resource) : loggers.WatchAsync(resource);
        await foreach (var lines in log.WithCancellation(context.CancellationToken).ConfigureAwait(false))
        {
            foreach (var some in lines.Chunk(LinesAtOnce))
            {
                var update = new WatchResourceConsoleLogsUpdate();
                update.LogLines.AddRange(some.Select(line => new ConsoleLogLine
                {
                    Text = line.Content, LineNumber = line.LineNumber, IsStdErr = line.IsErrorMessage,
                }));
                await responseStream.WriteAsync(update, context.CancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override async Task<ResourceCommandResponse> ExecuteResourceCommand(ResourceCommandRequest request, ServerCallContext context)
    {
        var result = await commands.ExecuteCommandAsync(Find(request.ResourceName), request.CommandName, context.CancellationToken)
            .ConfigureAwait(false);
        var response = new ResourceCommandResponse
        {
            Kind = result.Success ? ResourceCommandResponseKind.Succeeded
                : result.Canceled ? ResourceCommandResponseKind.Cancelled
                : ResourceCommandResponseKind.Failed,
        };
        if (result.Message is { } message)
        {
            response.Message = message;
        }

        return response;
    }
    /// <summary>Asks nothing for as long as the dashboard listens. If it is refused, the dashboard may take the whole connection as lost.</summary>
    public override async Task WatchInteractions(
        IAsyncStreamReader<WatchInteractionsRequestUpdate> requestStream, IServerStreamWriter<WatchInteractionsResponseUpdate> responseStream,
        ServerCallContext context)
    {
        await context.WriteResponseHeadersAsync([]).ConfigureAwait(false);
        await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken).ConfigureAwait(false);
    }

    private Protocol.Resource Message(ResourceEvent e) => ResourceMessage.From(e, otlp.InstanceName(e.Resource));

    private IResource Find(string instanceName) => model.Resources.FirstOrDefault(r => otlp.InstanceName(r) == instanceName)
        ?? throw new RpcException(new Status(StatusCode.NotFound, $"There is no resource named '{instanceName}'."));
}
