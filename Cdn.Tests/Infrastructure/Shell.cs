using System.Diagnostics;

namespace Cdn.Tests.Infrastructure;

/// <summary>What a user types, and what .NET has no call for: pipes, mounts, names that are no text.</summary>
internal static class Shell
{
    /// <summary>Runs a line of a shell.</summary>
    /// <returns>What it writes to its output.</returns>
    public static async Task<byte[]> OutputAsync(string line)
    {
        StartsProcessesAttribute.Demand();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60)); // a bound for a broken test
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", line]) { RedirectStandardOutput = true })!;
        using var output = new MemoryStream();
        await shell.StandardOutput.BaseStream.CopyToAsync(output, patience.Token);
        await shell.WaitForExitAsync(patience.Token);
        Assert.Equal(0, shell.ExitCode);
        return output.ToArray();
    }

    /// <summary>Runs a script of bash, whose arguments are $1, $2 and so on.</summary>
    public static async Task RunAsync(string script, params string[] arguments)
    {
        StartsProcessesAttribute.Demand();
        var start = new ProcessStartInfo("bash", ["-euc", script, "bash", .. arguments]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script}: {said}");
    }

    /// <summary>Whether a test may mount something; it says why not and is skipped otherwise.</summary>
    public static void RequireRoot()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Only root of a Linux machine may mount something.");
        }
    }

    /// <summary>Whether a program is installed.</summary>
    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
