using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Fill;

/// <summary>Replicas that fill each other, with real processes.</summary>
public class PeerPushTests
{
    [Fact]
    public async Task Fill_OfFourReplicas_LeavesTheOriginOnce()
    {
        const int Film = 6_000_000;
        const int Small = 50_000;
        await using var plane = await ControlPlane.StartAsync(
            4,
            videos =>
            {
                videos.Write("film.mp4", Film, seed: 1);
                videos.Write("other.mp4", Film, seed: 2);
                for (var i = 0; i < 20; i++)
                {
                    videos.Write($"{i}.ts", Small, seed: 10 + i);
                }
            });

        Assert.InRange(await SentByOriginAsync(plane), (2 * Film) + (20 * Small), 1.05 * ((2 * Film) + (20 * Small)));
        foreach (var replica in plane.Replicas)
        {
            Assert.Equal(Bytes.Random(Film, seed: 1), await replica.Http.GetByteArrayAsync("/video/film.mp4"));
        }
    }

    [Fact]
    public async Task Replica_WithAnEmptyDisk_IsFilledByItsPeers_WithoutTheOrigin()
    {
        await using var plane = await ControlPlane.StartAsync(3, videos => videos.Write("film.mp4", 3_000_000));
        await plane.Replicas[2].KillAsync();
        Directory.Delete(plane.CacheOf(3), recursive: true);
        await plane.Origin.KillAsync();

        await plane.Replicas[2].StartAsync();

        await Eventually.TrueAsync(async () => (await plane.Replicas[2].InventoryAsync()).Videos.Length == 1, "a peer has pushed the video");
        Assert.Equal(Bytes.Random(3_000_000), await plane.Replicas[2].Http.GetByteArrayAsync("/video/film.mp4"));
    }

    [Fact]
    public async Task Replica_KilledInTheMiddleOfAChain_CostsTheOthersTheirResumeOnly()
    {
        const int Film = 60_000_000;
        await using var plane = await ControlPlane.StartAsync(3, videos => videos.Write("first.ts", 1000));
        plane.Videos.Write("film.mp4", Film, seed: 3);
        var digest = Bytes.Digest(Bytes.Random(Film, seed: 3)).ToString();

        // The one that the last of the chain gets it from.
        ServiceProcess? middle = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var pushes = (await plane.ApiAsync(HttpMethod.Get, "/api/pushes")).GetProperty("pushes").EnumerateArray();
                var source = pushes
                    .Where(push => push.GetProperty("position").GetInt64() > 0)
                    .Select(push => push.GetProperty("source").GetString()!)
                    .FirstOrDefault(source => source != "origin");
                middle = source is null ? null : plane.Replicas[int.Parse(source["replica".Length..]) - 1];
                return middle is not null;
            },
            "a replica sends on what it receives");
        await middle!.KillAsync();
        await middle.StartAsync();
        await plane.IsHealthyAsync();

        foreach (var replica in plane.Replicas)
        {
            Assert.Equal(digest, Bytes.Digest(await replica.Http.GetByteArrayAsync("/video/film.mp4")).ToString());
        }

        Assert.Empty((await plane.ApiAsync(HttpMethod.Get, "/api/pushes")).GetProperty("pushes").EnumerateArray());
        Assert.InRange(await SentByOriginAsync(plane), Film, 2.0 * Film); // Once, and at most once more for whoever it fell to to go on.
    }

    [Fact]
    public async Task Source_WithAFlippedByte_IsNotBelieved_AndAnotherIsTaken()
    {
        var film = Bytes.Random(2_000_000);
        await using var plane = await ControlPlane.StartAsync(2, videos => videos.Write("film.mp4", film));
        await plane.Replicas[1].KillAsync();
        Directory.Delete(plane.CacheOf(2), recursive: true);
        var digest = Bytes.Digest(film).ToString();
        await using (var file = File.OpenWrite(Path.Combine(plane.CacheOf(1), "objects", digest[..2], digest)))
        {
            file.Position = 1_000_000;
            file.WriteByte((byte)~film[1_000_000]);
        }

        await plane.Replicas[1].StartAsync();

        await Eventually.TrueAsync(async () => (await plane.Replicas[1].InventoryAsync()).Videos.Length == 1, "the video is there");
        Assert.Equal(film, await plane.Replicas[1].Http.GetByteArrayAsync("/video/film.mp4"));
        Assert.Contains("do not have the digest", plane.Replicas[1].Log);
    }

    private static async Task<long> SentByOriginAsync(ControlPlane plane) =>
        (await plane.ApiAsync(HttpMethod.Get, "/api/pushes")).GetProperty("sources").EnumerateArray()
            .Single(source => source.GetProperty("source").GetString() == "origin").GetProperty("sentBytes").GetInt64();
}
