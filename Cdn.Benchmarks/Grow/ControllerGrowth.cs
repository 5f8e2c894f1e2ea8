using System.Text.Json;
using Cdn.Contracts;

namespace Cdn.Benchmarks.Grow;

/// <summary>
/// What a controller takes that knows so many videos, each held by all replicas: its own classes, told of a library that is made
/// up, as over the wire.
/// </summary>
/// <param name="Videos">How many videos.</param>
/// <param name="Seconds">From nothing to steering.</param>
/// <param name="Bytes">Memory that it keeps.</param>
/// <param name="ChangeMilliseconds">CPU time of one more video, until somebody is asked to push it.</param>
/// <param name="FillSeconds">CPU time of filling two replicas with all of it.</param>
internal sealed record ControllerGrowth(int Videos, double Seconds, double Bytes, double ChangeMilliseconds, double FillSeconds)
{
    public const int Replicas = 8;

    /// <summary>Bytes of the answers that tell of one more video: the origin's, and those of all replicas.</summary>
    public static int ChangeBytes
    {
        get
        {
            var video = ControlSubject.Video(0);
            var digest = new string('0', 32);
            var told = JsonSerializer.SerializeToUtf8Bytes(
                new OriginChanges(Catalog: new FeedPage<CatalogVideo>("0123456789ab", 1, 2, digest, null, [video], [])), WireJson.Default.OriginChanges);
            var held = JsonSerializer.SerializeToUtf8Bytes(
                new InventoryPage(new FeedPage<HeldVideo>("0123456789ab", 1, 2, digest, null, [new HeldVideo(video.Name, video.Size, video.Sha256, true)], [])),
                WireJson.Default.InventoryPage);
            return told.Length + (Replicas * held.Length);
        }
    }

    public static ControllerGrowth Measure(int videos)
    {
        var subject = new ControlSubject(videos, Replicas);
        var (seconds, bytes) = subject.Start();
        var (change, _) = subject.Change();
        var (fill, _) = new FillRun(videos, replicas: 2).Run();
        return new ControllerGrowth(videos, seconds, bytes, change * 1000, fill);
    }
}
