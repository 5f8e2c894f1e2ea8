using System.Diagnostics;

namespace Cdn.Tests.Infrastructure;

/// <summary>What a user types.</summary>
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
}
