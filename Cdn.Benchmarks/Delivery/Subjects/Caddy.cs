using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>Caddy's file server.</summary>
internal static class Caddy
{
    private const string Name = "caddy";

    public static Task<RunningSubject> StartAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var port = Ports.Take();
        var folder = bench.FolderOf(Name);
        var configuration = bench.Write(Name, "Caddyfile",
            $$"""
            {
                admin off
                auto_https off
            }
            https://127.0.0.1:{{port}} {
                bind 127.0.0.1
                tls {{bench.Certificate.CertificateFile}} {{bench.Certificate.KeyFile}}
                root * {{bench.Media}}
                file_server
            }
            """);
        var caddy = ServerProcess.Start("caddy", folder, ["run", "--config", configuration, "--adapter", "caddyfile"],
            ("XDG_DATA_HOME", folder), ("XDG_CONFIG_HOME", folder));
        return bench.UntilUpAsync(RunningSubject.Of(Name, port, [caddy]), caddy, cancellationToken);
    }
}
