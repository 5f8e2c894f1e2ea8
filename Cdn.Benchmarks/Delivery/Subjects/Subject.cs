namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>A server that can be measured.</summary>
/// <param name="Name">Its name on the command line and in the rows.</param>
/// <param name="Programs">What has to be installed for it.</param>
/// <param name="StartAsync">Starts it on the files of the workbench.</param>
/// <param name="IsProxy">Whether it is measured with <c>--proxied</c>.</param>
/// <param name="IsDirect">Whether it is measured without.</param>
internal sealed record Subject(
    string Name, string[] Programs, Func<Workbench, CancellationToken, Task<RunningSubject>> StartAsync, bool IsProxy, bool IsDirect)
{
    /// <summary>The one that the others' CPU is divided by.</summary>
    public const string Yardstick = "nginx-tuned";

    public static IReadOnlyList<Subject> All { get; } =
    [
        new("cdn", ["dotnet", "nginx"], CdnSubject.StartAsync, IsProxy: true, IsDirect: true),
        new("cdn-ticket", ["dotnet", "nginx"], CdnSubject.StartWithTokensAsync, IsProxy: true, IsDirect: true),
        new(Yardstick, ["nginx"], NginxStatic.StartTunedAsync, IsProxy: true, IsDirect: true),
        new("nginx-stock", ["nginx"], NginxStatic.StartStockAsync, IsProxy: false, IsDirect: true),
        new("nginx-proxy", ["nginx"], NginxProxy.StartAsync, IsProxy: true, IsDirect: false),
        new("varnish", ["varnishd", "hitch", "nginx"], Varnish.StartAsync, IsProxy: false, IsDirect: true),
        new("caddy", ["caddy"], Caddy.StartAsync, IsProxy: false, IsDirect: true),
        new("trafficserver", ["traffic_server", "nginx"], TrafficServer.StartAsync, IsProxy: false, IsDirect: true),
    ];
}
