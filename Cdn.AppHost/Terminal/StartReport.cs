using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Cdn.AppHost.Terminal;

/// <summary>
/// What the terminal says of a start: where to go and what to try when the door is open, and how far the fill is.
/// </summary>
internal sealed class StartReport(
    IResourceBuilder<NginxResource> edge,
    Operator @operator,
    ParameterResource? madeUpKey,
    ResourceNotificationService notifications,
    IConfiguration configuration,
    TimeProvider time) : BackgroundService
{
    /// <summary>Time between two lines while it fills: 3 s.</summary>
    private static readonly TimeSpan SayEvery = TimeSpan.FromSeconds(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.WhenAll(SayWhenOpenAsync(stoppingToken), SayProgressAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // Stopped while it was starting.
        }
    }

    private async Task SayWhenOpenAsync(CancellationToken cancellationToken)
    {
        await notifications.WaitForResourceHealthyAsync(
            edge.Resource.Name, WaitBehavior.WaitOnResourceUnavailable, cancellationToken);
        Console.Write(await SummaryAsync(cancellationToken));
    }

    /// <summary>
    /// Says how far the fill is, until everything is where it belongs. A fill that is soon over is not worth a line.
    /// </summary>
    private async Task SayProgressAsync(CancellationToken cancellationToken)
    {
        var (meter, hasSaid) = (new FillMeter(time), false);
        using var timer = new PeriodicTimer(SayEvery, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var status = await @operator.AskAsync("/api/status", cancellationToken);
            if (FillProgress.Read(status) is not { } progress)
            {
                continue;
            }

            if (progress.VideosDone == progress.Videos)
            {
                if (hasSaid)
                {
                    Console.WriteLine(FillMeter.WholeLine(progress));
                }

                return;
            }

            hasSaid = true;
            Console.WriteLine(meter.Line(progress));
        }
    }

    private async Task<string> SummaryAsync(CancellationToken cancellationToken)
    {
        var url = edge.Resource.PrimaryEndpoint.Url;
        var trust = edge.Resource.DevelopmentAuthorityFile is { } authority ? $"--cacert {Quote(ShortestPath(authority))} " : "";
        var video = await FindVideoAsync(cancellationToken) is { } name
            ? string.Join('/', name.Split('/').Select(Uri.EscapeDataString))
            : "<name>";
        List<(string Name, string Text)> lines =
        [
            ("edge", url),
            ("try", $"curl {trust}-L -O --http2 {Quote($"{url}/video/{video}")}"),
        ];
        if (DashboardLink() is { } dashboard)
        {
            lines.Insert(0, ("dashboard", dashboard));
        }

        if (madeUpKey is not null)
        {
            var header = Quote($"Authorization: Bearer {await madeUpKey.GetValueAsync(cancellationToken)}");
            lines.Add(("operator", $"curl {trust}-H {header} {Quote($"{url}/api/status")}"));
        }

        var after = time.GetUtcNow() - Process.GetCurrentProcess().StartTime.ToUniversalTime();
        var text = Environment.NewLine
            + FormattableString.Invariant($"The CDN is up after {after.TotalSeconds:0.0} s. Ctrl+C stops it.");
        var width = lines.Max(line => line.Name.Length) + 2;
        return string.Join(Environment.NewLine, [text, .. lines.Select(line => $"  {line.Name.PadRight(width)}{line.Text}"), "", ""]);
    }

    /// <summary>The dashboard's address with the token that lets a browser in; null if there is none.</summary>
    private string? DashboardLink()
    {
        if (configuration["DASHBOARD"] == "off" || configuration["ASPNETCORE_URLS"]?.Split(';')[0] is not { Length: > 0 } url)
        {
            return null;
        }

        return configuration["AppHost:BrowserToken"] is { Length: > 0 } token ? $"{url}/login?t={token}" : url;
    }

    /// <summary>A video to try, one that a browser plays if there is one; null if there is none yet.</summary>
    private async Task<string?> FindVideoAsync(CancellationToken cancellationToken)
    {
        if (await @operator.AskAsync("/api/videos?limit=100", cancellationToken) is not { } page
            || !page.TryGetProperty("videos", out var videos) || videos.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        return videos.EnumerateArray().Select(video => video.GetProperty("name").GetString()!)
            .OrderByDescending(name => name.EndsWith(".mp4", StringComparison.OrdinalIgnoreCase)).FirstOrDefault();
    }

    private static string ShortestPath(string path) =>
        Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && relative.Length < path.Length ? relative : path;

    /// <summary>As one word of a shell.</summary>
    private static string Quote(string text) =>
        OperatingSystem.IsWindows() ? $"\"{text}\"" : $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
