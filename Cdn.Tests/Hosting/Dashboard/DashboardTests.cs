using Cdn.Hosting;
using Cdn.Tests.Hosting.Processes;

namespace Cdn.Tests.Hosting.Dashboard;

public sealed class DashboardTests
{
    [Fact]
    public async Task Dashboard_ThatDoesNotComeUp_IsLeftOut()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs a shell script");
        var cli = Path.Combine(Path.GetTempPath(), $"aspire-{Guid.NewGuid():N}");
        await File.WriteAllTextAsync(cli, "#!/bin/sh\necho 'no bundle' >&2\nexit 4\n", TestApp.Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(cli, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        try
        {
            using var appHost = new AppHostProcess(("ASPIRE_CLI_PATH", cli));
            await appHost.WaitUntilUpAsync();
            ProcessTable.Kill(appHost.Pid, UnixSignals.Term);
            Assert.Equal(0, (await appHost.EndAsync()).ExitCode);
        }
        finally
        {
            File.Delete(cli);
        }
    }
}
