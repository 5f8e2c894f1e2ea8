using System.Diagnostics;

namespace Cdn.ServiceDefaults.Telemetry;

/// <summary>The span of the request that is being served. The framework begins and names it.</summary>
public static class RequestSpan
{
    /// <summary>Nothing is begun here. Whether it is listened to says whether spans are collected at all.</summary>
    private static readonly ActivitySource Own = new("Cdn.Requests");

    /// <summary>It; null if nobody collects it. Then a request pays for none of what would be said.</summary>
    public static Activity? Current => Own.HasListeners() && Activity.Current is { IsAllDataRequested: true } span ? span : null;
}
