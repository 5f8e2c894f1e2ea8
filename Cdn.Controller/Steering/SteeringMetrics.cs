using System.Diagnostics.Metrics;
using Cdn.ServiceDefaults.Telemetry;

namespace Cdn.Controller.Steering;

/// <summary>Where clients were sent.</summary>
internal sealed class SteeringMetrics
{
    private readonly Counter<long> _redirects;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _questions;
    private readonly Histogram<double> _throughput;

    public SteeringMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Cdn.Controller");
        _redirects = meter.CreateCounter<long>("cdn.redirects", "{request}", "Redirects, by replica.");
        _refused = meter.CreateCounter<long>("cdn.refused", "{request}", "Requests that were sent nowhere, by reason.");
        _questions = meter.CreateCounter<long>(
            "cdn.steering.questions", "{request}", "Players that asked for a steering manifest, by protocol.");
        _throughput = meter.CreateHistogram<double>(
            "cdn.steering.throughput", "bit/s", "What players measured themselves, by replica.");
    }

    /// <param name="question">What a player says.</param>
    /// <param name="replica">The replica where it is; null for none, or for one that does not exist.</param>
    public void Asked(SteeringQuestion question, string? replica)
    {
        var protocol = new KeyValuePair<string, object?>("cdn.protocol", question.Protocol);
        _questions.Add(1, protocol);
        if (replica is not null && question.BitsPerSecond is { } throughput)
        {
            _throughput.Record(throughput, protocol, new KeyValuePair<string, object?>(SpanTags.Replica, replica));
        }
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
