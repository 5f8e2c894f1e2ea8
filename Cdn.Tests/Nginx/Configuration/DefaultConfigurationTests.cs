using Aspire.Hosting.Nginx.Configuration;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Nginx.Configuration;

[StartsProcesses]
public class DefaultConfigurationTests
{
    private static readonly Dictionary<string, string> Schemes = new() { ["api"] = "http", ["secure"] = "https" };

    [Theory]
    [InlineData("routes")]
    [InlineData("everything")]
    [InlineData("nothing")]
    public async Task Write_OfRoutes_IsAsItWas_AndNginxTakesIt(string name)
    {
        IReadOnlyList<NginxRoute> routes = name switch
        {
            "routes" => [new("/api/", "api", StripPrefix: true), new("/old path/", "secure", StripPrefix: false)],
            "everything" => [new("/", "api", StripPrefix: false)],
            _ => [],
        };
        var text = DefaultConfiguration.Write("door", routes, Schemes, "/dev/stdout");

        Snapshot.Matches($"default-{name}.conf", text);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs nginx");
        using var run = new TemporaryFolder();
        Directory.CreateDirectory(run.Of("generated"));
        File.WriteAllText(run.Of("nginx.conf"), text.Replace("/dev/stdout", "access.log"));
        File.WriteAllText(run.Of("generated", "upstreams.conf"), UpstreamConfiguration.Write(
            [("api", "127.0.0.1:1"), ("secure", "127.0.0.1:2")]));
        File.WriteAllText(
            run.Of("generated", "listen.conf"),
            new ListenConfiguration(8443, "localhost", LocalNginx.MakeCertificate(run)).Write(await LocalNginx.BuildAsync()));
        await LocalNginx.TakesAsync(run);
    }
}
