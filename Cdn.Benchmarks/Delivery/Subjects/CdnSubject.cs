using System.Net;
using Cdn.Benchmarks.Media;
using Cdn.Benchmarks.Output;
using Cdn.Benchmarks.Servers;

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

    public static async Task<RunningSubject> StartAsync(Workbench bench, CancellationToken cancellationToken)
    {
        var folder = bench.FolderOf("cdn");
        var videos = Path.Combine(folder, "videos");
        foreach (var file in bench.Files)
        {
            MediaLibrary.Link(file, Path.Combine(videos, file));
        }

        Report.Note($"  cdn: filling two replicas with {bench.Files.Count:N0} files ...");
        (string, string)[] settings = bench.Proxied ? [("EDGE_SEES_STORE", "false"), .. CdnServer.WideLimits] : CdnServer.WideLimits;
        var cdn = await CdnServer.StartAsync(folder, videos, bench.Certificate, cancellationToken, settings);
        try
        {
            await cdn.UntilProvenAsync(bench.Files.Count, showProgress: true, cancellationToken);
            await bench.UntilAnsweredAsync(
                new Uri(cdn.Edge, $"video/{bench.Files[0]}"), HttpStatusCode.Redirect, cdn.AppHost, cancellationToken);
            var subject = new RunningSubject("cdn", new Uri(cdn.Edge, "replica1/video/"), [cdn], cdn.Processes.All);
            await bench.UntilUpAsync(subject, cdn.AppHost, cancellationToken);
            Report.Note($"  cdn: filled; settling for {_settling.TotalSeconds:0} s ...");
            await Task.Delay(_settling, cancellationToken);
            return subject;
        }
        catch
        {
            await cdn.DisposeAsync();
            throw;
        }
    }
}
