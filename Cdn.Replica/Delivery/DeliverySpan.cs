using System.Diagnostics;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Telemetry;

namespace Cdn.Replica.Delivery;

/// <summary>What a trace says of a delivery. It reads the same whether this process or nginx sent the bytes.</summary>
internal static class DeliverySpan
{
    /// <summary>The name that the framework gives the span of this process.</summary>
    private const string Name = Routes.Video + "{**video}";

    private static readonly ActivitySource Activities = new("Cdn.Replica");

    /// <summary>Describes the delivery that this process has just ended.</summary>
    public static void Describe(HttpContext context, VideoName video, string cache, long bytes)
    {
        if (RequestSpan.Current is { } span)
        {
            Describe(span, "replica", video, cache, bytes, context.Request.Headers.Range.ToString());
        }
    }

    /// <summary>
    /// Makes the span of what nginx sent itself, from its line in the log:
    /// <c>["00-...-01","GET",206,1000,"/names/video","bytes=0-999",1767225600.123,0.004]</c>, of which the last two are when it
    /// ended and how long it took. The parent is the client's span; without one that can be read there is nothing to show.
    /// </summary>
    /// <param name="json">At the first element.</param>
    /// <exception cref="JsonException">The line is something else.</exception>
    /// <exception cref="InvalidOperationException">The line is something else.</exception>
    public static void Replay(ref Utf8JsonReader json)
    {
        if (!Activities.HasListeners() || !ActivityContext.TryParse(json.GetString(), null, isRemote: true, out var parent))
        {
            return;
        }

        json.Read();
        var method = json.GetString();
        json.Read();
        var status = json.GetInt32();
        json.Read();
        var bytes = json.GetInt64();
        json.Read();
        var path = json.GetString();
        json.Read();
        var range = json.GetString();
        json.Read();
        var end = DateTimeOffset.FromUnixTimeMilliseconds((long)(json.GetDecimal() * 1000));
        json.Read();
        var start = end - TimeSpan.FromSeconds(json.GetDouble());
        if (!ServedLog.TryName(path, out var video))
        {
            return;
        }

        using var span = Activities.StartActivity($"{method} {Name}", ActivityKind.Server, parent, startTime: start);
        span?.SetTag("http.request.method", method);
        span?.SetTag("http.response.status_code", status);
        if (span is not null)
        {
            Describe(span, "nginx", video, "hit", bytes, range ?? "");
            span.SetEndTime(end.UtcDateTime);
        }
    }

    private static void Describe(Activity span, string by, VideoName video, string cache, long bytes, string range)
    {
        span.SetTag(SpanTags.Video, video.Value);
        span.SetTag(SpanTags.By, by);
        span.SetTag(SpanTags.Cache, cache);
        span.SetTag(SpanTags.Bytes, bytes);
        if (range.Length > 0)
        {
            span.SetTag(SpanTags.Range, new[] { range });
        }
    }
}
