using System.Net;
using System.Net.Sockets;
using Cdn.Hosting;

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
        Assert.True(processes.Count >= 5, $"four services and the guardian, not {processes.Count}");

        ProcessTable.Kill(appHost.Pid, UnixSignals.Kill);

        await appHost.EndAsync();
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
        using var appHost = new AppHostProcess(("REPLICA_PORT_1", $"{port}"), ("DcpPublisher:RandomizePorts", "false"));

        var (exitCode, _, errors) = await appHost.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Equal(
            $"error: Port {port} of replica1 is already in use by another program: stop that, or choose another port.", errors.Trim());
    }

    [Fact]
    public async Task AppHost_ServiceThatNeverStarts_SaysWhyAndExitsWithCode1()
    {
        using var appHost = new AppHostProcess(("Kestrel__Endpoints__Broken__Url", "nonsense"));

        var (exitCode, output, errors) = await appHost.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("error: origin did not start: it ended 3 times in a row, with exit code ", errors, StringComparison.Ordinal);
        Assert.Contains("; its last words: Unhandled exception.", errors, StringComparison.Ordinal);
        Assert.Single(errors.Trim().Split('\n'));
        Assert.Contains("starting it again in 0.25 s (1st time)", output, StringComparison.Ordinal);
    }
}
