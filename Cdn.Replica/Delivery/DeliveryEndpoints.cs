using System.Globalization;
using System.Net.Sockets;
using Cdn.Contracts;
using Cdn.Replica.Demand;
using Cdn.Replica.Intake;
using Cdn.Replica.Pull;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Limiting;
using Cdn.ServiceDefaults.Requests;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Delivery;

/// <summary>Step R5: serves what is held, and pulls what is not.</summary>
internal static class DeliveryEndpoints
{
    /// <summary>
    /// Send buffer of a Unix socket: 2 MiB, so that a body goes out in a few large pieces; the system may grant less.
    /// </summary>
    private const int SocketBuffer = 2 * 1024 * 1024;

    public static void AddDelivery(this IServiceCollection services)
    {
        services.AddSingleton<DeliveryMetrics>();
        services.AddHostedService<ServedLog>();

        // The client is nginx, and behind it may be a player on pause: how long that may last is for nginx to say.
        services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection =>
            {
                if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket)
                {
                    socket.SendBufferSize = SocketBuffer;
                }

                return next(connection);
            }));
        });
    }

    public static void MapDelivery(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods(Routes.Video + "{**video}", [HttpMethods.Get, HttpMethods.Head], GetVideoAsync);

    private static async Task<IResult> GetVideoAsync(
        RequestedVideo video,
        VideoStore store,
        Puller puller,
        PassThrough passThrough,
        DeliveryMetrics metrics,
        RecentDemand demand,
        IOptions<ReplicaOptions> options,
        HttpContext context)
    {
        var response = new VideoResponse(context, video.Name, metrics, options.Value.Name);
        while (true)
        {
            var opened = await store.OpenReadAsync(video.Name);
            if (opened is { Object: { } held, File: { } file })
            {
                metrics.Hit();
                demand.Add(video.Name); // Only what there is: anybody can ask for anything.
                return await SendAsync(response, new HeldVideoSource(held, file), "hit", video.Name, context);
            }

            // What the disk does not give now is held all the same: it is not pulled, and not looked for again and again.
            switch (opened.Status == ReadStatus.Unreadable
                ? new PullOutcome.NoRoom()
                : await puller.GetAsync(video.Name, ClientNetwork.Of(context), context.RequestAborted))
            {
                case PullOutcome.Arriving arriving:
                    metrics.Miss();
                    demand.Add(video.Name);
                    return await SendAsync(response, arriving.Source, "pull", video.Name, context);

                case PullOutcome.NoRoom:
                    metrics.Miss();
                    demand.Add(video.Name);
                    var passed = await passThrough.SendAsync(video.Name, context);
                    DeliverySpan.Describe(context, video.Name, "pass", context.Response.ContentLength ?? 0);
                    return passed;

                case PullOutcome.Failed failed:
                    metrics.Miss();
                    DeliverySpan.Describe(context, video.Name, "pull", 0);
                    return Problem(context, failed);

                case PullOutcome.Stored:
                    continue;
            }
        }
    }

    private static async Task<IResult> SendAsync(
        VideoResponse response, VideoSource source, string cache, VideoName name, HttpContext context)
    {
        try
        {
            await response.SendAsync(source);
            return TypedResults.Empty;
        }
        catch (IOException e) when (!context.Response.HasStarted)
        {
            context.Response.Clear();
            return Problem(context, new PullOutcome.Failed(StatusCodes.Status502BadGateway, e.Message));
        }
        catch (IOException)
        {
            context.Abort(); // A body that ends too early must not look like a whole one.
            return TypedResults.Empty;
        }
        finally
        {
            source.Close();
            DeliverySpan.Describe(context, name, cache, response.Sent);
        }
    }

    private static ProblemHttpResult Problem(HttpContext context, PullOutcome.Failed failed)
    {
        if (failed.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(statusCode: failed.Status, detail: failed.Reason);
    }
}
