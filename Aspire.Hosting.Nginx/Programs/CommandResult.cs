using System.ComponentModel;
using System.Diagnostics;

namespace Aspire.Hosting.Nginx.Programs;

/// <summary>How a command ended.</summary>
/// <param name="Succeeded">Whether its exit code was 0.</param>
/// <param name="Said">What it wrote.</param>
internal sealed record CommandResult(bool Succeeded, string Said)
{
    /// <summary>Time that a command may take: 5 min, in which an image can be pulled.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command. One that cannot be started has failed, too.</summary>
    public static async Task<CommandResult> OfAsync(string command, string[] arguments, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            try
            {
                var said = await Task.WhenAll(
                    process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
                await process.WaitForExitAsync(patience.Token);
                return new CommandResult(process.ExitCode == 0, string.Concat(said));
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                throw;
            }
        }
        catch (Win32Exception e)
        {
            return new CommandResult(false, $"{command} cannot be run: {e.Message}.");
        }
    }
}
