using System.Runtime.InteropServices;
using Spectre.Console;

namespace Cdn.Benchmarks.Commands;

/// <summary>Finds the command, runs it, and turns what goes wrong into a sentence and an exit code.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int WrongUsage = 2;

    /// <summary>128 + SIGINT, as shells have it.</summary>
    private const int Cancelled = 130;

    public static async Task<int> RunAsync(IReadOnlyList<Command> commands, string[] args)
    {
        if (args is [] or ["help" or "--help" or "-h"])
        {
            Help(commands);
            return 0;
        }

        if (commands.FirstOrDefault(command => command.Name == args[0]) is not { } command)
        {
            Say($"There is no command '{args[0]}'.");
            Help(commands);
            return WrongUsage;
        }

        // Servers are stopped and folders removed on the way out, so a signal cancels and does not kill.
        using var cancellation = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            return await command.RunAsync(new CommandOptions(args[1..]), cancellation.Token);
        }
        catch (UsageException e)
        {
            Say(e.Message);
            Help([command]);
            return WrongUsage;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Say("Stopped.");
            return Cancelled;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or TimeoutException or HttpRequestException)
        {
            Say(e.Message);
            return Failed;
        }

        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            cancellation.Cancel();
        }
    }

    private static void Say(string text) => AnsiConsole.MarkupLineInterpolated($"[red]{text}[/]");

    private static void Help(IReadOnlyList<Command> commands)
    {
        AnsiConsole.WriteLine("dotnet run -c Release --project Cdn.Benchmarks -- <command> [options]");
        foreach (var command in commands)
        {
            AnsiConsole.WriteLine();
            AnsiConsole.MarkupLineInterpolated($"  [bold]{command.Name}[/] {command.Usage}");
            AnsiConsole.WriteLine($"    {command.Summary}");
        }
    }
}
