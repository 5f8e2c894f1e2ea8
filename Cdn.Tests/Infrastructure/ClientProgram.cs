using System.Diagnostics;

namespace Cdn.Tests.Infrastructure;

/// <summary>Programs that people fetch and watch videos with.</summary>
internal static class ClientProgram
{
    /// <summary>Skips the test unless all of these are installed.</summary>
    public static void Require(params string[] programs)
    {
        foreach (var program in programs)
        {
            Assert.SkipUnless(Shell.Has(program), $"{program} is not installed.");
        }
    }

    /// <summary>Runs one in a folder, and asserts that it succeeds. The test is skipped where it is not installed.</summary>
    /// <returns>What it said, errors first.</returns>
    public static async Task<string> RunAsync(string program, string folder, params string[] arguments)
    {
        var (code, output) = await TryAsync(program, folder, arguments);
        Assert.True(code == 0, $"{program} ended with {code}: {output}");
        return output;
    }

    /// <summary>The same, whether it succeeds or not.</summary>
    public static async Task<(int ExitCode, string Output)> TryAsync(string program, string folder, params string[] arguments)
    {
        StartsProcessesAttribute.Demand();
        Require(program);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60)); // A bound for a broken test.
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(patience.Token);
            var errors = await process.StandardError.ReadToEndAsync(patience.Token);
            var all = errors + await output;
            await process.WaitForExitAsync(patience.Token);
            return (process.ExitCode, all);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
