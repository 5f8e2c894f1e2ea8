using Cdn.Hosting;

namespace Cdn.Tests.Hosting.Processes;

public sealed class GuardianTests
{
    [Fact]
    public async Task Guardian_EndOfInput_EndsWhatIsWatchedAndNothingElse()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        var guardian = new Guardian();
        var launcher = new UnixLauncher(guardian);
        var watched = launcher.Start(Script("sleep 600 & sleep 600"), (_, _) => { });
        var forgotten = launcher.Start(Script("sleep 600"), (_, _) => { });
        guardian.Unwatch(forgotten.Pid);

        guardian.Dispose();

        await watched.Exited.WaitAsync(TestApp.Cancel);
        Assert.False(forgotten.Exited.IsCompleted);
        forgotten.Kill();
        await forgotten.Exited.WaitAsync(TestApp.Cancel);
    }

    [Fact]
    public async Task Guardian_Killed_IsReplacedAndKnowsEverything()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads /proc");
        var guardian = new Guardian();
        var launcher = new UnixLauncher(guardian);
        var first = launcher.Start(Script("sleep 600"), (_, _) => { });
        ProcessTable.Kill(guardian.Pid!.Value, UnixSignals.Kill);
        await ProcessTable.WaitForEndAsync([guardian.Pid!.Value]);
        var second = launcher.Start(Script("sleep 600"), (_, _) => { });

        guardian.Dispose();

        await first.Exited.WaitAsync(TestApp.Cancel);
        await second.Exited.WaitAsync(TestApp.Cancel);
    }

    [Fact]
    public async Task Launcher_VariableWithAHyphen_ReachesTheProcess()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell");
        using var launcher = new UnixLauncher(new Guardian());
        var lines = new List<string>();
        var spec = new ProcessSpec(
            "/usr/bin/env", [], "/", new Dictionary<string, string> { ["services__my-origin__http__0"] = "a b'c\"", ["PLAIN"] = "x" });

        var process = launcher.Start(spec, (line, _) => lines.Add(line));

        Assert.Equal(0, await process.Exited.WaitAsync(TestApp.Cancel));
        await process.CleanUpAsync();
        Assert.Contains("services__my-origin__http__0=a b'c\"", lines);
        Assert.Contains("PLAIN=x", lines);
    }

    private static ProcessSpec Script(string script) =>
        new("/bin/sh", ["-c", script], "/", new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin" });
}
