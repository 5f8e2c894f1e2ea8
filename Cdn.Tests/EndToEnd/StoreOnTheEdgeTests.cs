using System.Net;
using System.Net.Http.Headers;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>Step R4: nginx serves from the replicas' stores.</summary>
[StartsProcesses]
public sealed class StoreOnTheEdgeTests(FilmCdn shared) : IClassFixture<FilmCdn>
{
    private CdnApp Cdn => shared.Cdn;

    [Fact]
    public async Task Video_ReplicaFrozen_IsServedFromItsStoreAndLogged()
    {
        var film = Cdn.Videos.Write("a film.mp4", 1_000_000, seed: 2);
        await Eventually.TrueAsync(() => File.Exists(Cdn.Data.Of("replica1", "names", "a film.mp4")), "it is filled");
        Freezing.Freeze(Cdn.ProcessIdOf("replica1"));
        try
        {
            Assert.Equal(film, await Cdn.Client.GetByteArrayAsync("/replica1/video/a%20film.mp4"));
        }
        finally
        {
            Freezing.Thaw(Cdn.ProcessIdOf("replica1"));
        }

        await Eventually.TrueAsync(
            () => File.ReadAllText(Cdn.Data.Of("edge", "served-replica1.log")).Contains("[200,1000000,\"/names/a film.mp4\"]\n"), "it is logged");
    }

    [Fact]
    public async Task AccessLog_Grown_IsPutAsideAndBegunAnew()
    {
        var log = Cdn.Data.Of("edge", "access.log");
        await using (var file = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(64 * 1024 * 1024);
        }

        await Eventually.TrueAsync(() => File.Exists(log + ".1") && File.Exists(log), "a new log is begun");

        await Cdn.Client.GetByteArrayAsync("/replica1/video/film.mp4");
        await Eventually.TrueAsync(() => File.ReadAllText(log).Contains("/replica1/video/film.mp4"), "it is written to");
    }

    [Fact]
    public async Task Player_ThatChangesTheReplica_GoesOnWithItsIfRange()
    {
        var film = shared.Film;
        using var beginning = await Cdn.Client.GetAsync("/replica1/video/film.mp4");

        using var request = new HttpRequestMessage(HttpMethod.Get, "/replica2/video/film.mp4") { Version = HttpVersion.Version20 };
        request.Headers.Range = new RangeHeaderValue(500_000, null);
        request.Headers.IfRange = new RangeConditionHeaderValue(beginning.Headers.ETag!);
        using var rest = await Cdn.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(film[500_000..], await rest.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Object_FlippedOnDisk_IsFoundAndFilledAgain()
    {
        byte[] film = [];
        await using var cdn = await CdnApp.StartAsync(folder => film = folder.Write("film.mp4", 1_000_000), builder =>
        {
            foreach (var replica in builder.Resources.OfType<ProjectResource>().Where(project => project.Name.StartsWith("replica")))
            {
                builder.CreateResourceBuilder(replica).WithEnvironment("SCRUB_HOURS", "0.00028").WithEnvironment("SCRUB_RATE", "1G");
            }
        });
        var path = cdn.Data.Of("replica1", "names", "film.mp4");
        var time = File.GetLastWriteTimeUtc(path);
        await using (var file = new FileStream(path, FileMode.Open))
        {
            file.Position = 500_000;
            file.WriteByte((byte)~film[500_000]);
        }

        File.SetLastWriteTimeUtc(path, time);

        await Eventually.TrueAsync(() => cdn.Data.Files("replica1/quarantine").Length == 1, "it is found");
        await Eventually.TrueAsync(() => File.Exists(path), "it is filled again");
        await cdn.IsHealthyAsync();
        Assert.Equal(film, await cdn.Client.GetByteArrayAsync("/replica1/video/film.mp4"));
        Assert.Equal(time, File.GetLastWriteTimeUtc(path));
    }
}
