using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>Varnish with hitch in front for TLS, which hands HTTP/2 through in the clear.</summary>
internal static class Varnish
{
    private const string Name = "varnish";

    public static Task<RunningSubject> StartAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var (port, inner, originPort) = (Ports.Take(), Ports.Take(), Ports.Take());
        var folder = bench.FolderOf(Name);
        var log = Path.Combine(folder, "origin-access.log");
        var origin = Nginx.StartOrigin(bench, Name, $"127.0.0.1:{originPort}", log);
        var vcl = bench.Write(Name, "default.vcl",
            $$"""
            vcl 4.1;
            backend origin {
                .host = "127.0.0.1";
                .port = "{{originPort}}";
            }
            """);
        // 6 GB: all files and then some. Without jail, as the folder of the run is not Varnish's own user's.
        var varnish = ServerProcess.Start("varnishd", folder,
        [
            "-F", "-j", "none", "-n", Path.Combine(folder, "work"), "-a", $"127.0.0.1:{inner},PROXY", "-f", vcl,
            "-s", "malloc,6G", "-t", "86400", "-p", "feature=+http2",
        ]);
        // hitch refuses to serve as root.
        string[] user = Environment.IsPrivilegedProcess ? ["--user=nobody"] : [];
        var hitch = ServerProcess.Start("hitch", folder,
        [
            $"--frontend=[127.0.0.1]:{port}", $"--backend=[127.0.0.1]:{inner}", "--write-proxy-v2=on",
            "--alpn-protos=h2,http/1.1", $"--workers={Environment.ProcessorCount}", .. user, bench.Certificate.BothFile,
        ]);
        return bench.UntilUpAsync(RunningSubject.Of(Name, port, [hitch, varnish, origin], log), hitch, cancellationToken);
    }
}
