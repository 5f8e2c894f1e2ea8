using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>Apache Traffic Server as a caching reverse proxy, with a memory cache that holds everything.</summary>
internal static class TrafficServer
{
    private const string Name = "trafficserver";

    public static Task<RunningSubject> StartAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var (port, originPort) = (Ports.Take(), Ports.Take());
        var folder = bench.FolderOf(Name);
        var log = Path.Combine(folder, "origin-access.log");
        var origin = Nginx.StartOrigin(bench, Name, $"127.0.0.1:{originPort}", log);
        WriteConfiguration(bench, port, originPort);
        var server = ServerProcess.Start("traffic_server", folder, [], ("TS_RUNROOT", WriteLayout(bench)));
        return bench.UntilUpAsync(RunningSubject.Of(Name, port, [server, origin], log), server, cancellationToken);
    }

    private static void WriteConfiguration(Workbench bench, int port, int originPort)
    {
        // Cached for a day (the origin says so), in fragments that stay in memory whatever the size of the file.
        bench.Write(Name, "records.config",
            $"""
            CONFIG proxy.config.http.server_ports STRING {port}:ipv4:ssl:proto=http;http2:ip-in=127.0.0.1
            CONFIG proxy.config.admin.user_id STRING #-1
            CONFIG proxy.config.ssl.server.cert.path STRING {Path.GetDirectoryName(bench.Certificate.CertificateFile)}
            CONFIG proxy.config.ssl.server.private_key.path STRING {Path.GetDirectoryName(bench.Certificate.KeyFile)}
            CONFIG proxy.config.cache.ram_cache.size INT 4294967296
            CONFIG proxy.config.cache.ram_cache_cutoff INT 4294967296
            CONFIG proxy.config.url_remap.remap_required INT 1
            CONFIG proxy.config.log.logging_enabled INT 0
            CONFIG proxy.config.diags.output.status STRING E
            """ + "\n");
        bench.Write(Name, "remap.config", $"map https://127.0.0.1:{port}/ http://127.0.0.1:{originPort}/\n");
        bench.Write(Name, "ssl_multicert.config", "dest_ip=* ssl_cert_name=tls.crt ssl_key_name=tls.key\n");
        bench.Write(Name, "storage.config", $"{bench.FolderOf(Name)} 6G\n");
        bench.Write(Name, "ip_allow.yaml",
            """
            ip_allow:
              - apply: in
                ip_addrs: 127.0.0.1
                action: allow
                methods: ALL

            """);
    }

    /// <summary>The file that moves all its folders: into that of the run, but for the programs.</summary>
    private static string WriteLayout(Workbench bench)
    {
        var folder = bench.FolderOf(Name);
        return bench.Write(Name, "runroot.yaml",
            $"""
            prefix: {folder}
            exec_prefix: /usr
            bindir: /usr/bin
            sbindir: /usr/sbin
            sysconfdir: {folder}
            datadir: {folder}
            includedir: {folder}
            libdir: /usr/lib/trafficserver
            libexecdir: /usr/lib/trafficserver/modules
            localstatedir: {folder}
            runtimedir: {folder}
            logdir: {folder}
            cachedir: {folder}

            """);
    }
}
