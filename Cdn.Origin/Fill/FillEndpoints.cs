using System.Text.Json;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Cdn.Origin.Fill;

/// <summary>Step F5: the controller asks for a push and is told when it is verified, or why it is not.</summary>
internal static class FillEndpoints
{
    public static void AddFill(this IServiceCollection services)
    {
        services.AddSingleton<ReplicaDirectory>();
        services.AddSingleton<ReplicaClient>();
        services.AddSingleton<FillMetrics>();
        services.AddSingleton<Pusher>();
        services.AddPushClient(ReplicaClient.ClientName).AddSharedKey();
    }

    public static void MapFill(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Routes.PushVideo, PushVideo)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxJsonRequestBytes));

    private static async Task<Results<Ok<PushResult>, ProblemHttpResult>> PushVideo(
        HttpRequest request, Pusher pusher, CancellationToken cancellationToken) =>
        await pusher.PushAsync(await ReadAsync(request, cancellationToken), cancellationToken) switch
        {
            PushOutcome.Verified verified => TypedResults.Ok(verified.Result),
            PushOutcome.Failed failed => TypedResults.Problem(statusCode: failed.Status, detail: failed.Reason),
            _ => throw new InvalidOperationException("A push is verified or failed."),
        };

    /// <summary>Reads the body as JSON whatever its Content-Type says, as old clients sent none.</summary>
    private static async Task<PushRequest> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonSerializer.DeserializeAsync(request.Body, WireJson.Default.PushRequest, cancellationToken)
                ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new BadHttpRequestException($$"""The body must be {"video":"<name>","replica":"<name>"}: {{e.Message}}""");
        }
    }
}
