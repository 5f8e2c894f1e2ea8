using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Media;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Processes;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Attack;

/// <summary>
/// <c>attack</c>: what 20 viewers notice while one other address attacks, with the limits of the CDN and without.
/// </summary>
internal static class AttackCommand
{
    /// <summary>Bytes of the film that is attacked: 64 MiB.</summary>
    private const int FilmSize = 64 * 1024 * 1024;

    /// <summary>Bytes of a viewer's segment.</summary>
    private const int SegmentSize = 64 * 1024;

    private const int Segments = 50;

    /// <summary>Videos in all: a film, and the segments.</summary>
    private const int Videos = Segments + 1;

    /// <summary>Time for which the viewers play without an attack first: 5 s, 400 segments.</summary>
    private static readonly TimeSpan _before = TimeSpan.FromSeconds(5);

    /// <summary>Time from a CDN that is filled to the first attack: 10 s, in which .NET compiles what is hot.</summary>
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(10);

    /// <summary>Time after an attack, for what it left to end: 3 s.</summary>
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(3);

    /// <summary>The subjects, by name, and what is set for each: as it comes, and as if there were no limits.</summary>
    private static readonly (string Name, (string, string)[] Settings)[] _subjects =
    [
        ("none",
        [
            ("LIMIT_CONNECTIONS", "0"), ("LIMIT_REQUESTS", "0"), ("LIMIT_RATE", "0"), ("LIMIT_STREAMS", "0"),
            ("LIMIT_CONNECTION_REQUESTS", "10000"),
            ("LIMIT_SEND_BUFFER", "0"), ("LIMIT_TOTAL", "0"), ("LIMIT_WORKER_CONNECTIONS", "4096"), ("LIMIT_PULLS", "0"),
            ("LIMIT_WRONG_KEYS", "0"),
        ]),
        ("limits", []),
    ];

    public static async Task<int> RunAsync(CommandOptions options, CancellationToken cancellationToken)
    {
        var seconds = options.Count("seconds", 12);
        var cases = options.Pick("cases", AttackCase.All, one => one.Name);
        var subjects = options.Pick("subjects", _subjects, one => one.Name);
        var json = options.Text("json");
        options.RejectOthers();
        Surroundings.Describe();

        using var folder = new TemporaryFolder();
        var videos = folder.Folder("videos");
        RandomBytes.WriteFile(Path.Combine(videos, "film.mp4"), FilmSize);
        string[] segments = [.. Enumerable.Range(0, Segments).Select(number => $"{number}.ts")];
        Array.ForEach(segments, segment => RandomBytes.WriteFile(Path.Combine(videos, segment), SegmentSize));

        var rows = new List<AttackRow>();
        foreach (var (subject, settings) in subjects)
        {
            await using var cdn = await CdnServer.StartAsync(
                folder.Folder(subject),
                videos,
                ServerCertificate.Create(folder.Folder(subject, "certificate")),
                cancellationToken,
                settings);
            await cdn.UntilProvenAsync(Videos, showProgress: false, cancellationToken);
            using var viewers = new Viewers(cdn.Edge, segments, SegmentSize);
            await PlayAsync(viewers, _settling, cancellationToken);
            foreach (var attack in cases)
            {
                Report.Note($"{subject}: {attack.Name} ...");
                rows.Add(await MeasureAsync(
                    attack, subject, cdn, viewers, seconds, folder.Folder(subject, "attacker"), cancellationToken));
                await Task.Delay(_rest, cancellationToken);
            }
        }

        AttackRow.Show(rows);
        await JsonFile.WriteAsync(json, rows, cancellationToken);
        return rows.Where(row => row.Subject == "limits").All(row => row.Met) ? 0 : 1;
    }

    private static async Task<AttackRow> MeasureAsync(
        AttackCase attack,
        string subject,
        CdnServer cdn,
        Viewers viewers,
        int seconds,
        string folder,
        CancellationToken cancellationToken)
    {
        var memory = new EdgeMemory(cdn.Processes.Nginx);
        var before = await PlayAsync(viewers, _before, cancellationToken);
        var (workers, tcp) = (memory.Workers, EdgeMemory.Tcp);

        await using var attacker = attack.Start(cdn.Edge, seconds, folder);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(TimeSpan.FromSeconds(seconds));
        var peak = memory.PeakAsync(end.Token);
        var (milliseconds, failures) = await viewers.PlayAsync(end.Token);
        cancellationToken.ThrowIfCancellationRequested();

        var (p99Before, p99) = (Statistics.Percentile(before, 99), Statistics.Percentile(milliseconds, 99));
        var (ofNginx, ofTcp) = ((await peak).Workers - workers, (await peak).Tcp - tcp);
        var ratio = p99 / p99Before;
        return new AttackRow(
            attack.Name, subject, milliseconds.Count, failures.Count, p99Before, p99, ratio, ofNginx, ofTcp,
            failures.Count == 0 && ratio <= AttackRow.MostRatio && ofNginx <= AttackRow.MostMemory, failures.FirstOrDefault());
    }

    private static async Task<IReadOnlyCollection<double>> PlayAsync(
        Viewers viewers, TimeSpan time, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(time);
        var (milliseconds, failures) = await viewers.PlayAsync(end.Token);
        cancellationToken.ThrowIfCancellationRequested();
        return failures.Count == 0
            ? milliseconds
            : throw new InvalidOperationException($"Nobody attacks, and a viewer gets: {failures.First()}");
    }
}
