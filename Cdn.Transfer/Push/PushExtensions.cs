using System.Text.Json;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.Settings;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Transfer.Push;

/// <summary>
/// Step F5: the controller asks for a push and is told when it is verified, or why it is not. The origin and every replica can.
/// </summary>
public static class PushExtensions
{
    /// <summary>Registers pushing of what <typeparamref name="TSource"/> has.</summary>
    public static void AddPushes<TSource>(this IServiceCollection services)
        where TSource : class, IPushSource
    {
        services.AddSettings<PushOptions, PushOptionsValidator>(PushOptions.Bind);
        services.AddSingleton<IPushSource, TSource>();
        services.AddSingleton<ReplicaDirectory>();
        services.AddSingleton<ReplicaClient>();
        services.AddSingleton<SendRate>();
        services.AddSingleton<PushMetrics>();
        services.AddSingleton<PushTurns>();
        services.AddSingleton<Pusher>();
        services.AddSingleton<BatchPusher>();
        services.AddPushClient(ReplicaClient.ClientName).AddSharedKey();
    }

    /// <summary>Maps <c>/push_video</c>, <c>/push_videos</c> and <c>/pushes</c>.</summary>
    public static void MapPushes(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(Routes.PushVideo, PushVideo)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxJsonRequestBytes));
        endpoints.MapPost(Routes.PushVideos, PushVideos)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxBatchRequestBytes));
        endpoints.MapGet(Routes.Pushes, (Pusher pusher, BatchPusher batches) => TypedResults.Ok(
            new RunningPushes([.. pusher.Running(), .. batches.Running()], pusher.Sent + batches.Sent))).RequireSharedKey();
    }

    private static async Task<Results<Ok<PushResult>, ProblemHttpResult>> PushVideo(
        HttpRequest request, Pusher pusher, CancellationToken cancellationToken) =>
        await pusher.PushAsync(await ReadAsync(request, cancellationToken), cancellationToken) switch
        {
            PushOutcome.Verified verified => TypedResults.Ok(verified.Result),
            PushOutcome.Failed failed => TypedResults.Problem(statusCode: failed.Status, detail: failed.Reason),
            _ => throw new InvalidOperationException("A push is verified or failed."),
        };

    private static async Task<Results<Ok<PushManyResult>, ProblemHttpResult>> PushVideos(
        PushManyRequest request, BatchPusher batches, CancellationToken cancellationToken)
    {
        if (request.Videos.IsDefault || request.Videos.Any(video => video is null))
        {
            return TypedResults.Problem(statusCode: StatusCodes.Status400BadRequest, detail: "A push of many needs its videos.");
        }

        if (request.Videos.Length > Limits.MaxBatchVideos || request.Videos.Sum(video => video.Size) > Limits.MaxBatchBytes)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status413PayloadTooLarge,
                detail: $"A push of many has at most {Limits.MaxBatchVideos} videos of {Limits.MaxBatchBytes} bytes in all.");
        }

        var (result, failure) = await batches.PushAsync(request, cancellationToken);
        return result is not null ? TypedResults.Ok(result) : TypedResults.Problem(statusCode: failure!.Status, detail: failure.Reason);
    }

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
