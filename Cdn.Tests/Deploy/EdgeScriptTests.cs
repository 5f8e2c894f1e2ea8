using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Programs;
using Cdn.AppHost.Edge;
using Cdn.AppHost.Limiting;
using Cdn.Contracts.Tokens;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Deploy;

/// <summary>
/// What the edge's container generates at its start, beside what an AppHost generates, and what nginx says of it.
/// </summary>
[StartsProcesses]
[SupportedOSPlatform("linux")]
public sealed class EdgeScriptTests : IDisposable
{
    private static readonly string Nginx = File.Exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx";

    private static readonly (string Name, string Value) EdgeSecret = ("EDGE_SECRET", "a-secret-for-tests-0123");
    private const string TicketSecrets = "b:01234567890123456789012345678901 a:_abcdefghijklmnopqrstuvwxyz-01234";

    private readonly TemporaryFolder _run = new();
    private readonly NginxCertificate _certificate;

    public EdgeScriptTests()
    {
        _certificate = DevelopmentCertificate.In(_run.Path);
        DevelopmentCertificate.Ensure(_certificate);
    }

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData(1, false, "intermediate", true, "off")]
    [InlineData(2, true, "modern", false, "required")]
    [InlineData(5, false, "modern", true, "premium/*, a-b_(c)\"d'{1}[2]$.mp4")]
    [InlineData(5, true, "intermediate", false, "off")]
    public async Task Script_WritesWhatAnAppHostWrites_AndNginxTakesIt(
        int replicas, bool seesStores, string profile, bool isForDevelopment, string tokens)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var build = await NginxBuild.AskAsync(Nginx, ["-V"], TestContext.Current.CancellationToken);
        var (certificate, key) = isForDevelopment
            ? (_certificate.CertificateFile, _certificate.KeyFile)
            : SelfSigned.Write(_run, "own");
        var stores = seesStores ? _run.Of("stores") : "";
        var served = seesStores ? _run.Path : "";
        await RunAsync("/bin/sh", [Path.Combine(Repository.Root, "deploy", "nginx", "generate.sh"), _run.Path],
            ("REPLICA_COUNT", replicas.ToString(CultureInfo.InvariantCulture)), ("REPLICA_ADDRESS", "http://127.0.0.{0}:8080"), ("CONTROLLER", "127.0.0.1:8081"),
            ("CERT", certificate), ("KEY", key), ("STORES", stores), ("SERVED", served), ("TLS_PROFILE", profile), EdgeSecret,
            ("TOKENS", tokens), ("TICKET_KEYS", TicketSecrets), ("REVOKED", "/revoked"));

        var names = Enumerable.Range(0, replicas).Select(number => (Name: $"replica-{number}", Address: $"127.0.0.{number}:8080")).ToList();
        var limits = new EdgeLimits();
        var listen = new ListenConfiguration(
            9005, "0.0.0.0", new NginxCertificate(certificate, key, MakeIfMissing: false), null, limits.SendBuffer)
        {
            Profile = profile == "modern" ? NginxTlsProfile.Modern : NginxTlsProfile.Intermediate,
        };
        Assert.Equal(listen.Write(build), Generated("listen.conf"));
        Assert.Equal(TlsConfiguration.WriteHsts(!isForDevelopment), Generated("hsts.conf"));
        Assert.Equal(EdgeExtensions.Claims(EdgeSecret.Value), Generated("claims.conf"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_run.Of("generated", "claims.conf")));
        AreGenerated(limits, log: null);
        Assert.Equal(
            UpstreamConfiguration.Write([("controller", "127.0.0.1:8081"), .. names, .. names.Select(replica => ("replicas", replica.Address))]),
            Generated("upstreams.conf"));
        Assert.Equal(
            ReplicaLocations.Write(names.Select(replica => seesStores
                ? new EdgeReplica(replica.Name, $"{stores}/{replica.Name}/store", $"{served}/{replica.Name}.log")
                : new EdgeReplica(replica.Name, null, null))),
            Generated("replicas.conf"));
        Assert.True(GuardedNames.TryParse(tokens, out var guarded));
        Assert.True(TicketKeys.TryParse(TicketSecrets, out var keys));
        Assert.Equal(guarded.IsOn, Directory.Exists(_run.Of("generated", "tokens")));
        if (guarded.IsOn)
        {
            Assert.All(
                TokenConfiguration.Write(guarded, keys, names.Select(replica => replica.Name), "/revoked"),
                file => Assert.Equal(file.Value, Generated("tokens/" + file.Key)));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(_run.Of("generated", "tokens", "http.conf")));
        }

        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "nginx"), "*.conf"))
        {
            File.Copy(file, _run.Of(Path.GetFileName(file)));
        }

        Directory.CreateDirectory(_run.Of("temp"));
        var said = await RunAsync(Nginx, ["-t", "-p", _run.Path, "-c", _run.Of("nginx.conf"), "-e", "stderr"]);
        Assert.Contains("test is successful", said);
        Assert.DoesNotContain("[warn]", said);
    }

    [Theory]
    [InlineData("20", "7", "3M", "5", "9", "11", "64K", "101", "300")]
    [InlineData("0", "0", "0", "0", "0", "0", "0", "0", "256")]
    public async Task Script_Limits_AreWhatAnAppHostWrites(
        string connections,
        string requests,
        string rate,
        string streams,
        string ofAConnection,
        string pause,
        string buffer,
        string total,
        string workers)
    {
        await RunAsync("/bin/sh", [Path.Combine(Repository.Root, "deploy", "nginx", "generate.sh"), _run.Path],
            ("REPLICA_COUNT", "1"), ("REPLICA_ADDRESS", "http://127.0.0.{0}:8080"), ("CONTROLLER", "127.0.0.1:8081"),
            ("CERT", "/c"), ("KEY", "/k"),
            ("LIMIT_CONNECTIONS", connections), ("LIMIT_REQUESTS", requests), ("LIMIT_RATE", rate), ("LIMIT_STREAMS", streams),
            ("LIMIT_CONNECTION_REQUESTS", ofAConnection), ("LIMIT_PAUSE", pause), ("LIMIT_SEND_BUFFER", buffer),
            ("LIMIT_TOTAL", total),
            ("LIMIT_WORKER_CONNECTIONS", workers),
            ("LIMIT_EXEMPT", "10.0.0.0/8,2001:db8::/32"),
            ("LIMITED", "/served/limited.log"),
            EdgeSecret);

        AreGenerated(
            new EdgeLimits
            {
                Connections = Number(connections), Requests = Number(requests), Rate = rate == "0" ? 0 : 3 << 20,
                Streams = Number(streams),
                ConnectionRequests = Number(ofAConnection), PauseSeconds = Number(pause), Total = Number(total),
                WorkerConnections = Number(workers),
                Exempt = ["10.0.0.0/8", "2001:db8::/32"],
            },
            "/served/limited.log");
        Assert.Equal(buffer != "0", Generated("listen.conf").Contains(" sndbuf=65536;", StringComparison.Ordinal));

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>nginx alone would serve everything.</summary>
    [Theory]
    [InlineData("Required")]
    [InlineData("required,premium")]
    [InlineData("premium/*,,x.mp4")]
    [InlineData(" ")]
    public async Task Script_TokensThatAreNone_AreRefused(string tokens)
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(
            "/bin/sh", [Path.Combine(Repository.Root, "deploy", "nginx", "generate.sh"), _run.Path],
            ("REPLICA_COUNT", "1"), ("REPLICA_ADDRESS", "http://r{0}:1"), ("CONTROLLER", "c:1"), ("CERT", "/c"), ("KEY", "/k"),
            ("TICKET_KEYS", TicketSecrets), ("TOKENS", tokens), EdgeSecret));

        Assert.Contains("TOKENS must be off, required or patterns of names", error.Message);
    }

    [Fact]
    public async Task Script_LimitsThatAreNone_AreAllSaid()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(
            "/bin/sh", [Path.Combine(Repository.Root, "deploy", "nginx", "generate.sh"), _run.Path],
            ("REPLICA_COUNT", "1"), ("REPLICA_ADDRESS", "http://r{0}:1"), ("CONTROLLER", "c:1"), ("CERT", "/c"), ("KEY", "/k"),
            ("LIMIT_REQUESTS", "many"),
            ("LIMIT_RATE", "1X"),
            ("LIMIT_TOTAL", "1M"),
            ("LIMIT_WORKER_CONNECTIONS", "1"),
            EdgeSecret));

        Assert.Contains(
            "LIMIT_REQUESTS must be a number from 0; it is 'many'.\nLIMIT_RATE must be a number of bytes from 0; it is '1X'.\n"
            + "LIMIT_TOTAL must be a number from 0; it is '1M'.\nLIMIT_WORKER_CONNECTIONS must be a number from 256; it is '1'.\n",
            error.Message);
    }

    [Fact]
    public async Task Script_ReplicasWithNamesAndTwoControllers_AreThatManyUnderTheirNames()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        await RunAsync("/bin/sh", [Path.Combine(Repository.Root, "deploy", "nginx", "generate.sh"), _run.Path],
            ("REPLICA_ADDRESSES", "near=127.0.0.1:8080 far=127.0.0.2:8090"), ("CONTROLLER", "127.0.0.1:8081 127.0.0.1:8082"), ("CERT", "/c"), ("KEY", "/k"),
            ("STORES", "/stores"), ("SERVED", "/served"), EdgeSecret);

        Assert.Equal(
            UpstreamConfiguration.Write(
            [
                ("controller", "127.0.0.1:8081"), ("controller", "127.0.0.1:8082"), ("near", "127.0.0.1:8080"), ("far", "127.0.0.2:8090"),
                ("replicas", "127.0.0.1:8080"), ("replicas", "127.0.0.2:8090"),
            ]),
            Generated("upstreams.conf"));
        Assert.Equal(
            ReplicaLocations.Write(
                [new EdgeReplica("near", "/stores/near/store", "/served/near.log"), new EdgeReplica("far", "/stores/far/store", "/served/far.log")]),
            Generated("replicas.conf"));
    }

    [Fact]
    public async Task Script_OfANewerNginx_HasItAskDnsAgain()
    {
        Assert.SkipUnless(File.Exists("/etc/resolv.conf") && File.ReadAllText("/etc/resolv.conf").Contains("nameserver "), "needs a name server");
        Directory.CreateDirectory(_run.Of("bin"));
        await File.WriteAllTextAsync(_run.Of("bin", "nginx"), "#!/bin/sh\necho 'nginx version: nginx/1.29.1' >&2\n");
        File.SetUnixFileMode(_run.Of("bin", "nginx"), (UnixFileMode)0b111_101_101);

        await RunAsync("/bin/sh", [Path.Combine(Repository.Root, "deploy", "nginx", "generate.sh"), _run.Path],
            ("REPLICA_COUNT", "1"), ("REPLICA_ADDRESS", "http://replica-{0}:8080"), ("CONTROLLER", "controller:8080"),
            ("CERT", "/c"), ("KEY", "/k"), EdgeSecret,
            ("PATH", _run.Of("bin") + ":" + Environment.GetEnvironmentVariable("PATH")));

        var upstreams = Generated("upstreams.conf");
        Assert.Matches(@"^resolver [0-9. ]+ valid=5s;\n", upstreams);
        Assert.Contains("upstream replica-0 {\n    zone replica-0 64k;\n    server replica-0:8080 max_fails=0 resolve;\n    keepalive 64;\n}\n", upstreams);
        Assert.Contains("http2 on;", Generated("listen.conf"));
    }

    [Fact]
    public async Task Script_WithoutASetting_NamesIt()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        var error = await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(
            "/bin/sh",
            [Path.Combine(Repository.Root, "deploy", "nginx", "generate.sh"), _run.Path],
            ("CONTROLLER", "c:1"),
            ("CERT", "/c"),
            ("KEY", "/k"),
            EdgeSecret));
        Assert.Contains("REPLICA_COUNT", error.Message);
    }

    private void AreGenerated(EdgeLimits limits, string? log)
    {
        Assert.Equal(LimitFiles.Workers(limits, OpenFiles.Most()), Generated("workers.conf"));
        Assert.Equal(LimitFiles.Limits(limits), Generated("limits.conf"));
        Assert.Equal(LimitFiles.Newcomers(limits), Generated("newcomers.conf"));
        Assert.Equal(LimitFiles.Limited(log), Generated("limited.conf"));
    }

    private string Generated(string file) => File.ReadAllText(_run.Of("generated", file));

    private static async Task<string> RunAsync(string command, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardError = true };
        start.Environment["PATH"] = "/usr/sbin:" + Environment.GetEnvironmentVariable("PATH");
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {said}");
    }
}
