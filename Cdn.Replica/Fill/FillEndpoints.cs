using System.Globalization;
using System.Threading.RateLimiting;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Fill;

/// <summary>The receiving end of a push (steps F6 and F7).</summary>
internal static class FillEndpoints
{
    private const string Route = Routes.CacheVideo + "{**video}";

    public static void AddFill(this IServiceCollection services)
    {
        services.AddSingleton<FillMetrics>();
        services.AddSingleton<Receptions>();
        services.AddSingleton<Receiver>();
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
    }

    private static Results<NoContent, ProblemHttpResult> Progress(RequestedVideo video, Receiver receiver, HttpContext context)
    {
        if (!Sha256Digest.TryParseReprDigest(context.Request.Headers[CdnHeaders.ReprDigest], out var digest))
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status400BadRequest, detail: "Which content is asked for? Repr-Digest: sha-256=:<base64>:.");
        }

        var (complete, offset) = receiver.Progress(video.Name, digest);
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
            context.Response.Headers.RetryAfter = "1";
            return TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable, detail: "Enough pushes are being received already.");
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null; // RECEIVE_STALL is the limit.
        }

        var outcome = IncomingVideo.TryRead(video.Name, context.Request, time.GetUtcNow(), out var incoming)
            ?? await receiver.ReceiveAsync(incoming!, context.Request.BodyReader, context.RequestAborted);
        if (outcome is not ReceiveOutcome.Refused refused)
        {
            return TypedResults.NoContent();
        }

        if (refused.Offset is { } offset)
        {
            context.Response.Headers[CdnHeaders.UploadOffset] = offset.ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(statusCode: refused.Status, detail: refused.Reason);
    }
}
