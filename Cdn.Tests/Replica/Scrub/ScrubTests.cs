using System.Net;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Scrub;

[StartsProcesses]
public class ScrubTests
{
    /// <summary>One second in hours.</summary>
    private const string Second = "0.00028";

    [Theory]
    [InlineData("flip")]
    [InlineData("cut")]
    [InlineData("delete")]
    public async Task Object_DamagedOnDisk_IsFoundAndServedNoMore(string damage)
    {
        await using var replica = await ReplicaProcess.StartAsync(("SCRUB_HOURS", Second), ("SCRUB_RATE", "1G"));
        await replica.PushAsync("good.mp4", Bytes.Random(100_000, seed: 1));
        await replica.PushAsync("bad.mp4", Bytes.Random(100_000, seed: 2));
        await replica.PushAsync("bad too.mp4", Bytes.Random(100_000, seed: 2));
        var path = replica.Cache.Of("names", "bad.mp4");

        Damage(path, damage);

        await Eventually.TrueAsync(async () => (await replica.Service.InventoryAsync()).Videos.Length == 1, "the damage is found");
        Assert.Equal(["good.mp4"], replica.Cache.Files("names"));
        Assert.Single(replica.Cache.Files("objects"));
        Assert.Equal(damage == "delete" ? 0 : 1, replica.Cache.Files("quarantine").Length);
        Assert.Equal(HttpStatusCode.NotFound, (await replica.Service.Http.GetAsync("/video/bad too.mp4")).StatusCode);
        Assert.Contains("1 damaged objects set aside", await replica.Service.Http.GetStringAsync("/health"));

        // Filled again, it is as before.
        await replica.PushAsync("bad.mp4", Bytes.Random(100_000, seed: 2));
        Assert.Equal(Bytes.Random(100_000, seed: 2), await replica.Service.Http.GetByteArrayAsync("/video/bad.mp4"));
    }

    [Fact]
    public async Task Object_ChangedInPlace_IsFoundByItsTimeBeforeItsTurn()
    {
        await using var replica = await ReplicaProcess.StartAsync(("SCRUB_HOURS", "0.0005"), ("SCRUB_RATE", "1000")); // A turn takes minutes.
        await replica.PushAsync("a.mp4", Bytes.Random(100_000, seed: 1));
        await replica.PushAsync("b.mp4", Bytes.Random(100_000, seed: 2));
        await replica.Service.KillAsync();
        await replica.Service.StartAsync(); // Now the first is being read, slowly.

        foreach (var name in (string[])["a.mp4", "b.mp4"])
        {
            await using var file = new FileStream(replica.Cache.Of("names", name), FileMode.Open);
            file.Position = 10;
            file.Write([1, 2, 3]);
        }

        await Eventually.TrueAsync(async () => (await replica.Service.InventoryAsync()).Videos.IsEmpty, "both are found");
    }

    [Theory]
    [InlineData("flip")]
    [InlineData("cut")]
    public async Task Object_ChangedByAHand_IsServedNoMoreWithinSeconds(string damage)
    {
        await using var replica = await ReplicaProcess.StartAsync(); // A pass takes a week.
        await replica.PushAsync("a.mp4", Bytes.Random(100_000, seed: 1));
        await replica.PushAsync("b.mp4", Bytes.Random(100_000, seed: 2));

        Damage(replica.Cache.Of("names", "a.mp4"), damage);

        await Eventually.TrueAsync(async () => (await replica.Service.InventoryAsync()).Videos.Length == 1, "the damage is found");
        await Eventually.TrueAsync(() => replica.Cache.Files("names").SequenceEqual(["b.mp4"]), "nginx does not find it either");
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("replace")]
    [InlineData("symbolic link")]
    public async Task Name_ThatIsNoLinkToItsObject_IsLinkedAgain(string damage)
    {
        await using var replica = await ReplicaProcess.StartAsync(("SCRUB_HOURS", Second));
        await replica.PushAsync("folder/a.mp4", Bytes.Random(100_000, seed: 1));
        var path = replica.Cache.Of("names", "folder/a.mp4");

        File.Delete(path);
        if (damage == "replace")
        {
            await File.WriteAllBytesAsync(path, Bytes.Random(100_000, seed: 2));
        }
        else if (damage == "symbolic link")
        {
            File.CreateSymbolicLink(path, "/etc/hostname");
        }

        await Eventually.TrueAsync(
            async () => File.Exists(path) && (await File.ReadAllBytesAsync(path)).AsSpan().SequenceEqual(Bytes.Random(100_000, seed: 1)),
            "the name has its object again");
        Assert.Single((await replica.Service.InventoryAsync()).Videos);
    }

    [Fact]
    public async Task Verify_FindsDamageNow_AndSaysWhatIsWell()
    {
        await using var replica = await ReplicaProcess.StartAsync(("SCRUB_HOURS", "0"), ("SCRUB_RATE", "1G")); // By itself it looks at nothing.
        await replica.PushAsync("good.mp4", Bytes.Random(100_000, seed: 1));
        await replica.PushAsync("bad.mp4", Bytes.Random(100_000, seed: 2));
        Assert.Equal((HttpStatusCode.OK, """{"objects":2,"bytes":200000,"damaged":0}"""), await VerifyAsync());

        Damage(replica.Cache.Of("names", "bad.mp4"), "flip");

        Assert.Equal((HttpStatusCode.OK, """{"objects":1,"bytes":100000,"damaged":1}"""), await VerifyAsync());
        Assert.Equal(["good.mp4"], replica.Cache.Files("names"));
        using var refused = await replica.Service.Http.PostAsync(Routes.Verify, null);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);

        async Task<(HttpStatusCode, string)> VerifyAsync()
        {
            using var response = await replica.Service.Authorized.PostAsync(Routes.Verify, null);
            return (response.StatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    private static void Damage(string path, string damage)
    {
        var time = File.GetLastWriteTimeUtc(path);
        using (var file = new FileStream(path, FileMode.Open))
        {
            file.Position = 50_000;
            var flipped = (byte)(file.ReadByte() ^ 1);
            file.Position = 50_000;
            if (damage == "flip")
            {
                file.WriteByte(flipped);
            }
            else
            {
                file.SetLength(50_000);
            }
        }

        File.SetLastWriteTimeUtc(path, time); // As a disk does it, and not a hand.
        if (damage == "delete")
        {
            foreach (var file in Directory.GetFiles(Path.Combine(path, "../../objects"), "*", SearchOption.AllDirectories))
            {
                if (new FileInfo(file).Length == 50_000)
                {
                    File.Delete(file);
                }
            }
        }
    }
}
