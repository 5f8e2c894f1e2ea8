using System.Diagnostics;

namespace Cdn.Benchmarks.Processes;

/// <summary>A program that is run to its end.</summary>
internal static class Tool
{
    /// <summary>Its standard output.</summary>
    /// <exception cref="InvalidOperationException">It did not end well; the message has what it said.</exception>
    public static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Programs.Require(program), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}{await output}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>A shell script, with <c>$1</c>, <c>$2</c> ... for its arguments; it ends at the first command that fails.</summary>
    public static Task ShellAsync(string script, IEnumerable<string> arguments, CancellationToken cancellationToken) =>
        RunAsync("sh", ["-euc", script, "sh", .. arguments], cancellationToken);
}
