using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Controller.Fill;

/// <summary>Replicas that fill each other, with real processes.</summary>
[StartsProcesses]
public class PeerPushTests
{
    /// <summary>Bytes of a film that takes long enough to be disturbed.</summary>
    private const int Film = 60_000_000;

    [Fact]
    public async Task Fill_OfFourReplicas_LeavesTheOriginOnce()
    {
        const int Large = 6_000_000;
        const int Small = 50_000;
        await using var plane = await ControlPlane.StartAsync(
            4,
            videos =>
            {
                videos.Write("film.mp4", Large, seed: 1);
                videos.Write("other.mp4", Large, seed: 2);
                for (var i = 0; i < 20; i++)
                {
                    videos.Write($"{i}.ts", Small, seed: 10 + i);
                }
            });

        Assert.InRange(await SentByOriginAsync(plane), (2 * Large) + (20 * Small), 1.05 * ((2 * Large) + (20 * Small)));
        foreach (var replica in plane.Replicas)
        {
            Assert.Equal(Bytes.Random(Large, seed: 1), await replica.Http.GetByteArrayAsync("/video/film.mp4"));
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Replica_KilledInTheMiddleOfAChain_CostsTheOthersTheirResumeOnly(bool isFirst)
    {
        await using var plane = await StartSlowlyAsync();
        plane.Videos.Write("film.mp4", Film, seed: 3);

        var killed = await SendingAsync(plane, isFirst);
        await killed.KillAsync();
        await killed.StartAsync();
        await plane.IsHealthyAsync();

        await AllHaveTheFilmAsync(plane);
        Assert.Empty((await plane.ApiAsync(HttpMethod.Get, "/api/pushes")).GetProperty("pushes").EnumerateArray());

        // Once, and what the first one was ahead of the one behind it when it was killed.
        Assert.InRange(await SentByOriginAsync(plane), Film, 1.5 * Film);
    }

    [Fact]
    public async Task Replica_FrozenInTheMiddleOfAChain_IsNotWaitedFor()
    {
        await using var plane = await StartSlowlyAsync();
        plane.Videos.Write("film.mp4", Film, seed: 3);

        var frozen = await SendingAsync(plane, isFirst: true);
        Freezing.Freeze(frozen.ProcessId);
        try
        {
            foreach (var other in plane.Replicas.Where(replica => replica != frozen))
            {
                await Eventually.TrueAsync(async () => (await other.InventoryAsync()).Videos.Length == 2, "the others have the film without it");
            }
        }
        finally
        {
            Freezing.Thaw(frozen.ProcessId);
        }

        await plane.IsHealthyAsync();
        await AllHaveTheFilmAsync(plane);
    }

    [Fact]
    public async Task Source_WithAFlippedByte_IsNotBelieved_AndAnotherIsTaken()
    {
        var film = Bytes.Random(2_000_000);
        await using var plane = await ControlPlane.StartAsync(
            2, videos => videos.Write("film.mp4", film), 1, ("SCRUB_HOURS", "0")); // The source does not look at it by itself.
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

    /// <summary>
    /// Three replicas, and an origin that sends 20 MB a second, so that a film takes seconds and those who send it on keep up.
    /// </summary>
    private static async Task<ControlPlane> StartSlowlyAsync()
    {
        var plane = await ControlPlane.StartAsync(3, videos => videos.Write("first.ts", 1000), settings: ("RECEIVE_STALL", "3"));
        await plane.Origin.StopAsync();
        plane.Origin.Set("PUSH_RATE", "20M");
        await plane.Origin.StartAsync();
        await plane.IsHealthyAsync();
        return plane;
    }

    /// <summary>
    /// A replica that sends on what it is still receiving: the one that gets it from the origin, or one behind it.
    /// </summary>
    private static async Task<ServiceProcess> SendingAsync(ControlPlane plane, bool isFirst)
    {
        ServiceProcess? found = null;
        await Eventually.TrueAsync(
            async () =>
            {
                var pushes = (await plane.ApiAsync(HttpMethod.Get, "/api/pushes")).GetProperty("pushes").EnumerateArray()
                    .ToDictionary(push => push.GetProperty("replica").GetString()!, push => (Source: push.GetProperty("source").GetString()!, Position: push.GetProperty("position").GetInt64()));
                var sender = pushes.Values
                    .Where(push => push.Position > 0 && pushes.TryGetValue(push.Source, out var own) && own.Source == "origin" == isFirst)
                    .Select(push => push.Source)
                    .FirstOrDefault();
                found = sender is null ? null : plane.Replicas[int.Parse(sender["replica".Length..]) - 1];
                return found is not null;
            },
            "a replica sends on what it receives");
        return found!;
    }

    private static async Task AllHaveTheFilmAsync(ControlPlane plane)
    {
        var digest = Bytes.Digest(Bytes.Random(Film, seed: 3));
        foreach (var replica in plane.Replicas)
        {
            Assert.Equal(digest, Bytes.Digest(await replica.Http.GetByteArrayAsync("/video/film.mp4")));
        }
    }

    private static async Task<long> SentByOriginAsync(ControlPlane plane) =>
        (await plane.ApiAsync(HttpMethod.Get, "/api/pushes")).GetProperty("sources").EnumerateArray()
            .Single(source => source.GetProperty("source").GetString() == "origin").GetProperty("sentBytes").GetInt64();
}
