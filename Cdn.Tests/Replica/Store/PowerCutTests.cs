using System.Net;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Store;

/// <summary>
/// What was answered holds even if the power goes in the next moment. Objects that were written and not in the index were once
/// deleted as strays after that.
/// </summary>
[StartsProcesses]
public sealed class PowerCutTests
{
    [Fact]
    public async Task PowerCut_AfterTheAnswer_LosesNothingThatWasAnswered()
    {
        Shell.RequireRoot();
        if (!Shell.Has("mkfs.ext4") || !File.Exists("/dev/loop-control"))
        {
            Assert.Skip("A disk whose power can be cut takes mkfs.ext4 and a loop device.");
        }

        await using var disk = await JournaledDisk.MountAsync(megabytes: 64);
        var films = Enumerable.Range(0, 24).ToDictionary(i => $"show/{i}.ts", i => Bytes.Random(1000 + (i * 20_000), seed: i));
        await using var replica = await ServiceProcess.StartAsync("Cdn.Replica", ("CACHE_DIR", Path.Combine(disk.Path, "store")));
        await Parallel.ForEachAsync(films, async (film, cancellationToken) =>
        {
            using var push = Wire.Push(film.Key, film.Value, claimed: null, offset: 0);
            using var answer = await replica.Authorized.SendAsync(push, cancellationToken);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        });
        using (var answer = await replica.Authorized.DeleteAsync("/cache_video/show/0.ts"))
        {
            Assert.True(answer.IsSuccessStatusCode);
        }

        Freezing.Freeze(replica.ProcessId);
        await File.WriteAllBytesAsync(Path.Combine(disk.Path, "not-synced"), Bytes.Random(100_000));
        await using var after = await disk.CutAsync();
        await replica.KillAsync();

        Assert.False(File.Exists(Path.Combine(after.Path, "not-synced")), "What nobody made durable is lost: the power was cut.");
        await using var again = await ServiceProcess.StartAsync("Cdn.Replica", ("CACHE_DIR", Path.Combine(after.Path, "store")));
        Assert.Equal(
            films.Keys.Where(name => name != "show/0.ts").Order(StringComparer.Ordinal),
            (await again.InventoryAsync()).Videos.Select(video => video.Name.Value).Order(StringComparer.Ordinal));
        foreach (var (name, bytes) in films.Where(film => film.Key != "show/0.ts"))
        {
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(after.Path, "store", "names", name)));
            Assert.Equal(bytes, await again.Http.GetByteArrayAsync("/video/" + name));
        }
    }
}
