using Aspire.Hosting.Nginx.Configuration;
using Cdn.AppHost.Edge;
using Cdn.AppHost.Limiting;
using Cdn.Tests.Infrastructure;
using Cdn.Tests.Nginx;

namespace Cdn.Tests.AppHost.Edge;

[StartsProcesses]
public class ReplicaLocationsTests
{
    [Fact]
    public void Write_WithAndWithoutAVisibleStore_IsALocationEach() => Assert.Equal(
        """
        location = /replica1/video/ {
            return 404;
        }

        location /replica1/video/ {
            set $replica replica1;
            set $replica_store "/my stores/replica1/door";
            access_log access.log direct buffer=64k flush=1s;
            access_log /logs/replica1.log served buffer=64k flush=1s;
            access_log /logs/replica1.log traced buffer=64k flush=1s if=$http_traceparent;
            include replica.conf;
        }

        location = /replica2/video/ {
            return 404;
        }

        location /replica2/video/ {
            set $replica replica2;
            set $replica_store /dev/null;
            include replica.conf;
        }


        """,
        ReplicaLocations.Write(
        [
            new EdgeReplica("replica1", "/my stores/replica1", "/logs/replica1.log"),
            new EdgeReplica("replica2", null, "/logs/replica2.log"),
        ]));

    /// <summary>The whole of what is generated for a CDN, every second store out of nginx's sight.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Configuration_OfSoManyReplicas_IsAsItWas_AndNginxTakesIt(int replicas)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs nginx");
        using var run = new TemporaryFolder();
        var names = Enumerable.Range(1, replicas).Select(number => $"replica{number}").ToList();
        var addresses = names.Select((name, i) => (Name: name, Address: $"127.0.0.1:{9002 + i}")).ToList();
        var generated = new Dictionary<string, string>
        {
            ["listen.conf"] = new ListenConfiguration(9005, "0.0.0.0", LocalNginx.MakeCertificate(run)).Write(
                await LocalNginx.BuildAsync()),
            ["upstreams.conf"] = UpstreamConfiguration.Write(
            [
                ("controller", $"unix:{run.Of("controller.sock")}"), .. addresses,
                .. addresses.Select(replica => ("replicas", replica.Address)),
            ]),
            ["workers.conf"] = LimitFiles.Workers(new EdgeLimits()),
            ["limits.conf"] = LimitFiles.Limits(new EdgeLimits()),
            ["newcomers.conf"] = LimitFiles.Newcomers(new EdgeLimits()),
            ["limited.conf"] = LimitFiles.Limited(run.Of("limited.log")),
            ["replicas.conf"] = ReplicaLocations.Write(
                names.Select((name, i) => new EdgeReplica(name, i % 2 == 0 ? run.Of(name) : null, run.Of($"{name}.log")))),
        };

        Snapshot.Matches(
            $"replicas-{replicas}.conf", (generated["upstreams.conf"] + generated["replicas.conf"]).Replace(run.Path, "/run"));
        generated["hsts.conf"] = TlsConfiguration.WriteHsts(isProduction: true);
        generated["claims.conf"] = EdgeExtensions.Claims("a-secret-for-tests-0123");
        foreach (var (file, text) in generated)
        {
            Directory.CreateDirectory(run.Of("generated"));
            File.WriteAllText(run.Of("generated", file), text);
        }

        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "nginx"), "*.conf"))
        {
            File.Copy(file, run.Of(Path.GetFileName(file)));
        }

        await LocalNginx.TakesAsync(run);
    }
}
