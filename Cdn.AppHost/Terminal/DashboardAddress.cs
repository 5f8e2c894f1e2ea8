using System.Net;
using Cdn.AppHost.Settings;

namespace Cdn.AppHost.Terminal;

/// <summary>
/// Where the dashboard listens: the addresses of the launch profile, or free ports beside them when another application has
/// those. Two
/// CDNs on one machine then both have one.
/// </summary>
internal static class DashboardAddress
{
    private static readonly string[] Variables =
        ["ASPNETCORE_URLS", "ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL", "ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"];

    /// <summary>Moves what is taken, before anything of Aspire reads it.</summary>
    public static void AvoidPortsInUse()
    {
        foreach (var variable in Variables)
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } urls)
            {
                Environment.SetEnvironmentVariable(variable, string.Join(';', urls.Split(';').Select(Free)));
            }
        }
    }

    private static string Free(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address)
        && address.IsLoopback
        && FixedPorts.WhyNot(IPAddress.Loopback, address.Port) is not null
            ? new UriBuilder(address) { Port = FixedPorts.FindFree() }.Uri.GetLeftPart(UriPartial.Authority)
            : url;
}
