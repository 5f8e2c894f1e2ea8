using System.Globalization;
using System.Threading.RateLimiting;
using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.SharedKey;
using Cdn.Transfer.Push;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Fill;

/// <summary>The receiving end of pushes (step F6).</summary>
internal static class FillEndpoints
{
    private const string Route = Routes.CacheVideo + "{**video}";

    public static void AddFill(this IServiceCollection services)
    {
        services.AddSingleton<FillMetrics>();
        services.AddSingleton<Receiver>();
        services.AddSingleton<BatchReceiver>();
        services.AddSingleton<IMemoryPoolFactory<byte>, LargeBlockPoolFactory>();
        services.AddSingleton(provider => new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = provider.GetRequiredService<IOptions<ReplicaOptions>>().Value.ReceiveConcurrency,
            QueueLimit = 0,
        }));
    }

    public static void MapFill(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods(Route, [HttpMethods.Put, HttpMethods.Post], Receive)
            .RequireSharedKey()
            .WithMetadata(new DisableRequestSizeLimitAttribute());
        endpoints.MapMethods(Route, [HttpMethods.Head], Progress).RequireSharedKey();
        endpoints.MapPost(Routes.CacheVideos, ReceiveMany)
            .RequireSharedKey()
            .WithMetadata(new RequestSizeLimitAttribute(Limits.MaxBatchBytes + (Limits.MaxBatchVideos * BatchFormat.MaxLineBytes)));
    }

    private static Results<NoContent, ProblemHttpResult> Progress(
        RequestedVideo video, VideoIntake intake, VideoStore store, HttpContext context)
    {
        if (!Sha256Digest.TryParseReprDigest(context.Request.Headers[CdnHeaders.ReprDigest], out var digest))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest, detail: "Which content is asked for? Repr-Digest: sha-256=:<base64>:.");
        }

        if (PushChecks.Refuse(store, sender: null) is { } refused)
        {
            return TypedResults.Problem(statusCode: refused.Status, detail: refused.Reason);
        }

        var (complete, offset) = intake.Progress(video.Name, digest);
        context.Response.Headers[CdnHeaders.UploadComplete] = complete ? "?1" : "?0";
        context.Response.Headers[CdnHeaders.UploadOffset] = offset.ToString(CultureInfo.InvariantCulture);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Receive(
        RequestedVideo video, Receiver receiver, ConcurrencyLimiter limiter, TimeProvider time, HttpContext context)
    {
        using var permit = limiter.AttemptAcquire();
        if (!permit.IsAcquired)
        {
            return Busy(context);
        }

        LiftMinimumRate(context);
        var outcome = IncomingVideo.TryRead(video.Name, context.Request, time.GetUtcNow(), out var incoming)
            ?? await receiver.ReceiveAsync(incoming!, context.Request.BodyReader, context.RequestAborted);
        var (status, reason, offset) = outcome switch
        {
            IntakeOutcome.Refused refused => (refused.Status, refused.Reason, refused.Offset),
            IntakeOutcome.Broken broken => (broken.Status, broken.Reason, broken.Arrived),
            _ => (StatusCodes.Status204NoContent, "", (long?)null),
        };
        if (offset is { } known)
        {
            context.Response.Headers[CdnHeaders.UploadOffset] = known.ToString(CultureInfo.InvariantCulture);
        }

        return status == StatusCodes.Status204NoContent ? TypedResults.NoContent() : TypedResults.Problem(statusCode: status, detail: reason);
    }

    private static async Task<Results<Ok<ReceiveManyAnswer>, ProblemHttpResult>> ReceiveMany(
        BatchReceiver receiver, VideoStore store, ConcurrencyLimiter limiter, HttpContext context)
    {
        using var permit = limiter.AttemptAcquire();
        if (!permit.IsAcquired)
        {
            return Busy(context);
        }

        var purged = context.Request.Headers[CdnHeaders.Purged].ToString();
        if (PushChecks.Refuse(store, purged.Length == 0 ? null : PurgeMark.ParseHeader(purged) ?? PurgeMark.None) is { } refused)
        {
            return TypedResults.Problem(statusCode: refused.Status, detail: refused.Reason);
        }

        LiftMinimumRate(context);
        return TypedResults.Ok(await receiver.ReceiveAsync(context.Request.BodyReader, context.RequestAborted));
    }

    private static ProblemHttpResult Busy(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable, detail: "Enough pushes are being received already.");
    }

    /// <summary>RECEIVE_STALL is the limit.</summary>
    private static void LiftMinimumRate(HttpContext context)
    {
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
