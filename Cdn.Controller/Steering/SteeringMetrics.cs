using System.Diagnostics.Metrics;
using Cdn.ServiceDefaults.Telemetry;

namespace Cdn.Controller.Steering;

/// <summary>Where clients were sent.</summary>
internal sealed class SteeringMetrics
{
    private readonly Counter<long> _redirects;
    private readonly Counter<long> _refused;

    public SteeringMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Cdn.Controller");
        _redirects = meter.CreateCounter<long>("cdn.redirects", "{request}", "Redirects, by replica.");
        _refused = meter.CreateCounter<long>("cdn.refused", "{request}", "Requests that were sent nowhere, by reason.");
    }

    public void Redirected(string replica) => _redirects.Add(1, new KeyValuePair<string, object?>("cdn.replica", replica));

    public void Refused(SteeringResult why) => _refused.Add(1, new KeyValuePair<string, object?>(SpanTags.Reason, NameOf(why)));

    /// <summary>Why a request was sent nowhere, as metrics and traces have it.</summary>
    public static string NameOf(SteeringResult why) => why switch
    {
        SteeringResult.Unknown => "unknown",
        SteeringResult.HoldersDown => "holders-down",
        _ => "held-nowhere",
    };
}
