using System.Net;
using System.Net.Sockets;
using Cdn.Hosting;
using Cdn.Hosting.Nginx.Certificates;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Hosting.Processes;

public sealed class AppHostProcessTests
{
    [Fact]
    public async Task AppHost_KilledWithSigKill_LeavesNoOrphanAndClosesItsOutput()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        using var appHost = new AppHostProcess();
        await appHost.WaitUntilUpAsync();
        var processes = ProcessTable.Descendants(appHost.Pid);
        Assert.True(processes.Count >= 7, $"four services, nginx with a worker, and the guardian, not {processes.Count}");

        ProcessTable.Kill(appHost.Pid, UnixSignals.Kill);

        await appHost.EndAsync();
        await ProcessTable.WaitForEndAsync(processes);
    }

    [Fact]
    public async Task DotnetRun_KilledWithSigKill_TakesTheAppHostWithIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        using var dotnetRun = AppHostProcess.ByDotnetRun();
        await dotnetRun.WaitUntilUpAsync();
        var processes = ProcessTable.Descendants(dotnetRun.Pid);
        Assert.True(processes.Count >= 8, $"the AppHost and what it has started, not {processes.Count}");

        ProcessTable.Kill(dotnetRun.Pid, UnixSignals.Kill);

        await dotnetRun.EndAsync();
        await ProcessTable.WaitForEndAsync(processes);
    }

    [Fact]
    public async Task AppHost_SigTerm_ExitsWithCode0AndLeavesNoOrphan()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        using var appHost = new AppHostProcess();
        await appHost.WaitUntilUpAsync();
        var processes = ProcessTable.Descendants(appHost.Pid);

        ProcessTable.Kill(appHost.Pid, UnixSignals.Term);

        var (exitCode, _, errors) = await appHost.EndAsync();
        Assert.Equal(0, exitCode);
        Assert.Equal("", errors);
        await ProcessTable.WaitForEndAsync(processes);
    }

    [Fact]
    public async Task AppHost_PortInUse_SaysSoInOneSentenceAndExitsWithCode1()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        using var appHost = new AppHostProcess(
            ("REPLICA_PORT_1", $"{port}"),
            ("ORIGIN_PORT", $"{ServiceProcess.FreePort()}"),
            ("REPLICA_PORT_2", $"{ServiceProcess.FreePort()}"),
            ("CONTROLLER_PORT", $"{ServiceProcess.FreePort()}"),
            ("EDGE_PORT", $"{ServiceProcess.FreePort()}"),
            ("DcpPublisher:RandomizePorts", "false"));

        var (exitCode, _, errors) = await appHost.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"error: Port {port} of replica1 is already in use by another program: stop that, or choose another port.", errors.Trim());
    }

    [Theory]
    [InlineData("VIDEO_DIR", "/no/such/folder", "VIDEO_DIR must name an existing folder with videos; '/no/such/folder' is none.")]
    [InlineData("NGINX", "/no/such/nginx", "nginx was not found as '/no/such/nginx': install it (apt-get install nginx), or set NGINX to its path.")]
    [InlineData("EDGE_CERT", "/no/such/cert.pem", "EDGE_CERT and EDGE_KEY belong together; only one of them is set.")]
    [InlineData("DATA_DIR", "/dev/null/x", "DATA_DIR /dev/null/x cannot be used (does another CDN run on it?): Could not find a part of the path '/dev/null/x'.")]
    [InlineData("EDGE_PORT", "99999", "EDGE_PORT must be a port from 1 to 65535; it is '99999'.")]
    [InlineData("REPLICA_COUNT", "33", "REPLICA_COUNT must be a number from 1 to 32; it is '33'.")]
    public async Task AppHost_OperatorsMistake_IsOneSentenceAndExitCode1(string name, string value, string sentence)
    {
        using var appHost = new AppHostProcess((name, value));

        var (exitCode, _, errors) = await appHost.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal($"error: {sentence}", errors.Trim());
    }

    [Fact]
    public async Task AppHost_CertificateAndKeyOfDifferentPairs_IsOneSentenceAndExitCode1()
    {
        using var files = new TemporaryFolder();
        var (one, two) = (DevelopmentCertificate.In(files.Of("one")), DevelopmentCertificate.In(files.Of("two")));
        DevelopmentCertificate.EnsureIfWanted(one);
        DevelopmentCertificate.EnsureIfWanted(two);
        using var appHost = new AppHostProcess(("EDGE_CERT", one.CertificateFile), ("EDGE_KEY", two.KeyFile));

        var (exitCode, _, errors) = await appHost.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"error: The certificate {one.CertificateFile} cannot be used with the key {two.KeyFile}: ", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public async Task AppHost_ServiceThatNeverStarts_SaysWhyAndExitsWithCode1()
    {
        using var appHost = new AppHostProcess(("Kestrel__Endpoints__Broken__Url", "nonsense"));

        var (exitCode, output, errors) = await appHost.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Matches("^error: (origin|replica1|replica2) did not start: it ended 3 times in a row, with exit code ", errors);
        Assert.Contains("; its last words: Unhandled exception.", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.Contains("starting it again in 0.25 s (1st time)", output, StringComparison.Ordinal);
    }
}
