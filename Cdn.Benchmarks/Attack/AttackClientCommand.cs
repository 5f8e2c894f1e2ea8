using Cdn.Benchmarks.Commands;

namespace Cdn.Benchmarks.Attack;

/// <summary>
/// <c>attack-client</c>: one attacker, in a process of its own, so that what it takes is not taken from the viewers.
/// </summary>
internal static class AttackClientCommand
{
    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var kind = options.Text("kind") ?? "";
        var edge = options.Text("edge");
        var seconds = options.Number("seconds", 10);
        options.RejectOthers();
        if (!Attacker.All.TryGetValue(kind, out var attack) || edge is null)
        {
            throw new UsageException($"--edge is an address, and --kind one of {string.Join(", ", Attacker.All.Keys)}.");
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(TimeSpan.FromSeconds(seconds));
        await attack(new Uri(edge), end.Token);
        return 0;
    }
}
