using Cdn.Tests.Infrastructure;
using Cdn.Tests.Replica.Pull;

namespace Cdn.Tests.Replica.Delivery;

/// <summary>What nginx tells of the requests that it served from a replica's store.</summary>
[StartsProcesses]
public sealed class ServedLogTests
{
    [Fact]
    public async Task Log_OfNginx_ReachesTheEvictionAndIsCut()
    {
        using var folder = new TemporaryFolder();
        var log = folder.Of("served.log");
        await using var origin = await FakeOrigin.StartAsync();
        await using var replica = await ReplicaProcess.StartAsync(
            ("services__origin__http__0", origin.Address), ("SERVED_LOG", log), ("CAPACITY", "2500000"));
        foreach (var name in (string[])["a", "b/ü"])
        {
            origin.Film = Bytes.Random(1_000_000, seed: name.Length);
            await replica.Service.Http.GetByteArrayAsync($"/video/{name}");
            await HoldsAsync(replica, name);
        }

        await File.WriteAllTextAsync(log, "[200,1000,\"/names/none\"]\nhalf a line, as after a cut\n[304,0,\"/na");
        await File.AppendAllTextAsync(log, "mes/a\"]\n" + string.Concat(Enumerable.Repeat("[206,1000,\"/names/a\"]\n", 800_000)));
        await Eventually.TrueAsync(() => new FileInfo(log).Length == 0, "the log is read and cut");

        origin.Film = Bytes.Random(1_000_000, seed: 9);
        await replica.Service.Http.GetByteArrayAsync("/video/c");
        await HoldsAsync(replica, "c");
        Assert.Equal(["a", "c"], (await replica.Service.InventoryAsync()).Videos.Select(video => video.Name.Value));
    }

    private static Task HoldsAsync(ReplicaProcess replica, string name) => Eventually.TrueAsync(
        async () => (await replica.Service.InventoryAsync()).Videos.Any(video => video.Name.Value == name), $"{name} is held");
}
