using System.Globalization;
using Cdn.Controller.Cluster;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Controller.Health;

/// <summary>
/// How the CDN is, in a sentence for anybody: nginx puts it on the page that its address shows. It names nothing of what is
/// inside.
/// </summary>
internal static class Summary
{
    public static string Of(ClusterSnapshot snapshot, HealthStatus health)
    {
        if (health == HealthStatus.Healthy)
        {
            return "It is well: every replica has every video that it is to have.";
        }

        return ClusterProgress.Of(snapshot) is { } progress
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{Percent(progress)} % of what the replicas are to have is there; the rest is on its way,"
                + $" or waits for a replica that is away. Videos are served meanwhile.")
            : "It is just starting.";
    }

    /// <summary>By bytes, and 100 only when nothing is missing.</summary>
    private static long Percent(ClusterProgress progress) =>
        progress.BytesAssigned == 0 ? 0 : progress.BytesProven * 100 / progress.BytesAssigned;
}
