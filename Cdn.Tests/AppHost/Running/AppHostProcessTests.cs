using System.Net.Http.Headers;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.AppHost.Running;

/// <summary>The AppHost as a user starts and ends it.</summary>
[StartsProcesses]
public sealed class AppHostProcessTests
{
    /// <summary>The orchestrator, two replicas, the origin, the controller, nginx and a worker.</summary>
    private const int FewestProcesses = 7;

    [Fact]
    public async Task AppHost_SigTerm_ExitsWithCode0AndLeavesNothing_AndNeverSaysAKeyThatWasSet()
    {
        const string Key = "a-key-of-the-operator";
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        await using var appHost = AppHostProcess.Start(("OPERATOR_KEY", Key));
        await appHost.WaitUntilUpAsync();
        var processes = appHost.Started();
        Assert.True(processes.Count >= FewestProcesses, $"only {processes.Count} processes were found");

        ProcessTable.Kill(appHost.Pid, UnixSignals.Term);

        var (exitCode, output, errors) = await appHost.EndAsync();
        Assert.Equal((0, ""), (exitCode, errors));
        Assert.DoesNotContain("ended by itself", output, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, output, StringComparison.Ordinal);
        var took = await ProcessTable.WaitForEndAsync(processes);
        TestContext.Current.TestOutputHelper?.WriteLine($"all were gone {took.TotalSeconds:0.0} s after the AppHost");
    }

    [Fact]
    public async Task DotnetRun_KilledWithSigKill_TakesTheAppHostWithIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        await using var dotnetRun = AppHostProcess.ByDotnetRun();
        await dotnetRun.WaitUntilUpAsync();
        var processes = dotnetRun.Started();
        Assert.True(processes.Count > FewestProcesses, $"only {processes.Count} processes were found");

        ProcessTable.Kill(dotnetRun.Pid, UnixSignals.Kill);

        await ProcessTable.WaitForEndAsync(processes);
    }

    [Fact]
    public async Task AppHost_Up_SaysWhatToTry_AndKilledWithSigKillLeavesNothing()
    {
        using var videos = new TemporaryFolder();
        var film = videos.Write("only in/a folder & more/it's a film.mp4", 1000);
        await using var appHost = AppHostProcess.Start(("VIDEO_DIR", videos.Path));
        await appHost.WaitUntilUpAsync();

        var edge = (await appHost.LineAsync("  edge ")).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1];
        var curl = (await appHost.LineAsync("  try ")).Trim()["try".Length..].Trim();
        var key = (await appHost.LineAsync("  operator ")).Split("Bearer ")[1].Split('\'')[0];

        Assert.Equal(film, await Shell.OutputAsync(curl.Replace("-O", $"-s --cacert {TestCertificate.AuthorityFile}", StringComparison.Ordinal)));
        using var http = LocalHttp.Trusting(TestCertificate.AuthorityFile);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var status = await http.GetAsync(new Uri(new Uri(edge), "/api/status"));
        Assert.True(status.IsSuccessStatusCode);

        var processes = appHost.Started();
        Assert.True(processes.Count >= FewestProcesses, $"only {processes.Count} processes were found");
        ProcessTable.Kill(appHost.Pid, UnixSignals.Kill);
        var took = await ProcessTable.WaitForEndAsync(processes);
        TestContext.Current.TestOutputHelper?.WriteLine($"all were gone {took.TotalSeconds:0.0} s after the AppHost");
    }
}
