using System.Globalization;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Attack;

/// <summary>
/// An attack from 127.0.0.1, by a process of the lowest priority: what is measured is the server, not who has the cores.
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="Command">Program and arguments, from the edge's address and the seconds that it lasts.</param>
internal sealed record AttackCase(string Name, Func<Uri, int, string[]> Command)
{
    /// <summary>slowhttptest in its four modes, and what it does not do.</summary>
    public static IReadOnlyList<AttackCase> All { get; } =
    [
        SlowHttpTest("slow headers", "-H", "-i", "2", "-x", "24"),
        SlowHttpTest("slow body", "-B", "-i", "2", "-x", "24", "-s", "8192"),
        SlowHttpTest("range header", "-R", "-a", "10", "-b", "3000"),
        SlowHttpTest("slow read", "-X", "-w", "512", "-y", "1024", "-n", "2", "-z", "32", "-k", "3"),
        .. Attacker.All.Keys.Select(Own),
    ];

    /// <summary>The process; it ends after its seconds, or is ended by its caller.</summary>
    public ServerProcess Start(Uri edge, int seconds, string folder) =>
        ServerProcess.Start("nice", folder, ["-n", "19", .. Command(edge, seconds)]);

    private static AttackCase SlowHttpTest(string name, params string[] mode) => new(name, (edge, seconds) =>
    [
        "slowhttptest", .. mode, "-c", "1000", "-r", "300", "-p", "3", "-l", seconds.ToString(CultureInfo.InvariantCulture),
        "-u", new Uri(edge, "replica1/video/film.mp4").ToString(),
    ]);

    private static AttackCase Own(string kind) => new(kind, (edge, seconds) =>
    [
        "dotnet", typeof(AttackCase).Assembly.Location, "attack-client", "--kind", kind, "--edge", edge.ToString(),
        "--seconds", seconds.ToString(CultureInfo.InvariantCulture),
    ]);
}
