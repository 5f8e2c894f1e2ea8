namespace Cdn.ServiceDefaults.Telemetry;

/// <summary>Attributes of our spans. What OpenTelemetry has a name for has that.</summary>
public static class SpanTags
{
    /// <summary>The video that it is about.</summary>
    public const string Video = "cdn.video";

    /// <summary>The replica that was chosen, is filled, or serves.</summary>
    public const string Replica = "cdn.replica";

    /// <summary>Who sends a fill: the origin, or a replica.</summary>
    public const string Source = "cdn.source";

    /// <summary>How a replica was chosen: the value of <c>STEERING</c>.</summary>
    public const string Policy = "cdn.steering.policy";

    /// <summary>The replica that failed this request before, as nginx says (step R6).</summary>
    public const string FailedReplica = "cdn.steering.failed_replica";

    /// <summary>Why a request was sent nowhere; the values are those of the metric <c>cdn.refused</c>.</summary>
    public const string Reason = "cdn.reason";

    /// <summary>Who sent the bytes: <c>nginx</c> or <c>replica</c>.</summary>
    public const string By = "cdn.by";

    /// <summary>
    /// Where the bytes came from: <c>hit</c> (the store), <c>pull</c> (arriving from the origin) or <c>pass</c> (handed through,
    /// for lack of room).
    /// </summary>
    public const string Cache = "cdn.cache";

    /// <summary>Bytes of the video that were delivered, sent or received.</summary>
    public const string Bytes = "cdn.bytes";

    /// <summary>The field <c>Range</c>; the name and the type, a list, are OpenTelemetry's for header fields.</summary>
    public const string Range = "http.request.header.range";

    /// <summary>The id of nginx's access log, likewise.</summary>
    public const string RequestId = "http.request.header.x-request-id";
}
