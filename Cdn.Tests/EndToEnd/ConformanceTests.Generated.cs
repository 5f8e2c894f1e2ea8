using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <content> Two parsers read the same requests: nginx, from the store, and Kestrel, behind nginx. Whatever comes, they answer
/// alike. DIFFERENTIAL_REQUESTS and DIFFERENTIAL_SEED make more of them, and others. What differs by design is in
/// docs/security.md. </content>
public sealed partial class ConformanceTests
{
    /// <summary>Requests: 600, a few seconds.</summary>
    private const int GeneratedRequests = 600;

    /// <summary>Differences that are shown.</summary>
    private const int Shown = 12;

    [Fact]
    public async Task Request_OfAnyKind_IsAnsweredAlikeOnBothPaths()
    {
        using var asked = new HttpRequestMessage(HttpMethod.Head, "/replica1/video/small.mp4") { Version = new(2, 0) };
        using var head = await paths.Direct.Client.SendAsync(asked);
        var (tag, date) = (head.Headers.ETag!.ToString(), head.Content.Headers.LastModified!.Value);
        var seeds = Enumerable.Range(Setting("DIFFERENTIAL_SEED", 0), Setting("DIFFERENTIAL_REQUESTS", GeneratedRequests));
        var (differences, statuses) = (new ConcurrentBag<string>(), new ConcurrentDictionary<int, int>());
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seed, _) =>
        {
            var request = new GeneratedRequest(seed, tag, date).Text();
            var direct = await AnswerAsync(paths.Direct, request);
            var proxied = await AnswerAsync(paths.Proxied, request);
            statuses.AddOrUpdate(direct.Status, 1, (_, count) => count + 1);
            if (direct != proxied)
            {
                differences.Add($"seed {seed}: {Printable(request)}\n--- nginx\n{Show(direct)}\n--- Kestrel\n{Show(proxied)}\n");
            }
        });

        Assert.True(differences.IsEmpty, $"{differences.Count} differ.\n{string.Join('\n', differences.Take(Shown))}");

        // What is generated is of all kinds.
        Assert.Empty(((int[])[200, 206, 304, 400, 404, 405, 412, 416]).Except(statuses.Keys));
    }

    private static async Task<RawAnswer> AnswerAsync(CdnApp cdn, string request)
    {
        var answer = await RawTls.SendAsync(cdn.Address, request);
        var head = DateField().Replace(answer.Head, "");
        head = $"{answer.Status}{head[head.IndexOf('\r')..]}"; // Not the phrase, which means nothing (RFC 9112 section 4).
        var body = TraceId().Replace(answer.Body, "");
        var boundary = Boundary().Match(head);
        return boundary.Success
            ? new RawAnswer(answer.Status, Sorted(Without(head)), Without(body))
            : new RawAnswer(answer.Status, Sorted(head), body);

        string Without(string text) => text.Replace(boundary.Groups[1].Value, "BOUNDARY");
    }

    /// <summary>In which order fields come means nothing.</summary>
    private static string Sorted(string head) => string.Join("\r\n", head.Split("\r\n").Order(StringComparer.OrdinalIgnoreCase));

    private static string Show(RawAnswer answer) =>
        $"{answer.Head}\n\n{Printable(answer.Body[..Math.Min(200, answer.Body.Length)])}";

    private static string Printable(string text) =>
        string.Concat(text.Select(one => one is >= ' ' and < '\u007f' ? $"{one}" : $"\\x{(int)one:x2}"));

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [GeneratedRegex("\r\nDate: [^\r]*")]
    private static partial Regex DateField();
}
