using System.Net;
using Cdn.Benchmarks.Media;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Servers;
using Cdn.Contracts.Tokens;

namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>
/// The CDN, filled with the files. Requests go to one replica: what is measured is delivery (R3 to R5), not the redirect.
/// </summary>
internal static class CdnSubject
{
    /// <summary>
    /// Time from being filled to the first measurement: 30 s, in which .NET compiles what the fill made hot once more.
    /// </summary>
    private static readonly TimeSpan _settling = TimeSpan.FromSeconds(30);

    public static Task<RunningSubject> StartAsync(Workbench bench, CancellationToken cancellationToken) =>
        StartAsync(bench, "cdn", "", [], cancellationToken);

    /// <summary>The same with <c>TOKENS=required</c>: each request has a ticket, which nginx checks.</summary>
    public static Task<RunningSubject> StartWithTokensAsync(Workbench bench, CancellationToken cancellationToken)
    {
        const string Name = "cdn-ticket";
        const string Keys = """{"keys": [{"kty": "oct", "kid": "k", "k": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}]}""";
        var file = bench.Write(Name, "keys.json", Keys);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        var token = new TokenSigner(TokenKeySet.Parse(Keys)).Sign(
            new TokenClaims
            {
                Container = "regex:.*",
                Expires = DateTimeOffset.UtcNow.AddDays(1),
                Subject = "benchmark",
                Id = "1",
            });
        return StartAsync(bench, Name, $"t/{token}/", [("TOKENS", "required"), ("TOKEN_KEYS", file)], cancellationToken);
    }

    private static async Task<RunningSubject> StartAsync(
        Workbench bench, string name, string token, (string, string)[] settings, CancellationToken cancellationToken)
    {
        var folder = bench.FolderOf(name);
        var videos = Path.Combine(folder, "videos");
        foreach (var file in bench.Files)
        {
            MediaLibrary.Link(file, Path.Combine(videos, file));
        }

        Report.Note($"  {name}: filling two replicas with {bench.Files.Count:N0} files ...");
        (string, string)[] more = bench.Proxied ? [("EDGE_SEES_STORE", "false")] : [];
        var cdn = await CdnServer.StartAsync(
            folder, videos, bench.Certificate, cancellationToken, [.. settings, .. more, .. CdnServer.WideLimits]);
        try
        {
            await cdn.UntilProvenAsync(bench.Files.Count, showProgress: true, cancellationToken);
            var first = new Uri(cdn.Edge, $"{token}video/{bench.Files[0]}");
            await bench.UntilAnsweredAsync(first, HttpStatusCode.Redirect, cdn.AppHost, cancellationToken);
            var ticket = token.Length == 0 ? "" : $"t/{await TicketAsync(first, cancellationToken)}/";
            var subject = new RunningSubject(name, new Uri(cdn.Edge, ticket + "replica1/video/"), [cdn], cdn.Processes.All);
            await bench.UntilUpAsync(subject, cdn.AppHost, cancellationToken);
            Report.Note($"  {name}: filled; settling for {_settling.TotalSeconds:0} s ...");
            await Task.Delay(_settling, cancellationToken);
            return subject;
        }
        catch
        {
            await cdn.DisposeAsync();
            throw;
        }
    }

    /// <summary>What a token is exchanged for: it stands in the redirect.</summary>
    private static async Task<string> TicketAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = LocalClient.Create();
        using var answer = await client.GetAsync(address, cancellationToken);
        return answer.Headers.Location!.OriginalString.Split('/')[2];
    }
}
