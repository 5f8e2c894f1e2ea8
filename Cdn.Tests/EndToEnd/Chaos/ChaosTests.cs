using System.Globalization;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd.Chaos;

/// <summary>
/// Everything that may happen to a CDN happens to one, under a steady load, and no request fails. The table of outcomes is
/// printed: <c>./test --filter-trait Category=Chaos</c>. With <c>CHAOS_OBJECTS=100000</c> the same happens once more beside so
/// many small ones, which takes a quarter of an hour.
/// </summary>
[StartsProcesses]
[Trait("Category", "Chaos")]
public sealed class ChaosTests
{
    /// <summary>The disk of replica2: 48 MB, of which the videos take one.</summary>
    private const int DiskSize = 48_000_000;

    /// <summary>Time for a fill: 15 min, a bound for a broken one.</summary>
    private static readonly TimeSpan FillPatience = TimeSpan.FromMinutes(15);

    /// <summary>How the CDN is, and how many small videos it has beside those that are asked for.</summary>
    public static TheoryData<bool, int> Cdns =>
        int.TryParse(Environment.GetEnvironmentVariable("CHAOS_OBJECTS"), CultureInfo.InvariantCulture, out var objects)
            ? new TheoryData<bool, int> { { true, objects } }
            : new TheoryData<bool, int> { { true, 0 }, { false, 0 } };

    /// <param name="edgeSeesStore">Whether nginx reads the replicas' stores itself, or goes through their processes for
    /// everything.</param>
    /// <param name="objects">Small videos beside those that are asked for.</param>
    [Theory]
    [MemberData(nameof(Cdns))]
    public async Task WhateverHappens_NoRequestFails(bool edgeSeesStore, int objects)
    {
        await using var disk = await SmallDisk.MountAsync(DiskSize + (objects * 9000));
        (string, byte[])[] videos = [];
        await using var cdn = await CdnApp.OpenAsync(
            folder =>
            {
                videos = [.. Enumerable.Range(0, 20).Select(i => ($"{i}.ts", folder.Write($"{i}.ts", 5_000 + (i * 5_000), seed: i)))];
                WriteSmall(folder, objects);
            },
            "--REPLICA_COUNT=3",
            $"--CACHE_DIR_2={disk.Of("store")}",
            $"--EDGE_SEES_STORE={edgeSeesStore}");
        var outcomes = await RunAsync(cdn, disk, videos);

        var table = $"{(edgeSeesStore ? "nginx reads the stores" : "everything through the replicas")}\n{Outcome.Table(outcomes)}";
        TestContext.Current.TestOutputHelper?.WriteLine(table);
        Console.WriteLine(table);
        Assert.All(outcomes, outcome => Assert.True(outcome.Requests > 0, $"nobody asked during '{outcome.What}'"));
        var failures = outcomes.SelectMany(outcome => outcome.Failures.Select(failure => $"{outcome.What}: {failure}")).ToList();
        Assert.True(failures.Count == 0, $"{table}\n{string.Join('\n', failures.Take(20))}");
    }

    private static async Task<IReadOnlyList<Outcome>> RunAsync(CdnApp cdn, SmallDisk disk, (string, byte[])[] videos)
    {
        await using var load = new SteadyLoad(cdn, videos);
        await load.DuringAsync("the door is open, and everything is on its way", () => cdn.IsHealthyAsync(FillPatience));
        await load.DuringAsync("nothing", () => Task.Delay(1000));
        foreach (var part in (string[])["origin", "controller", "replica1", "replica2", "replica3"])
        {
            await load.DuringAsync($"kill -9 of {part}", () => KillAsync(cdn, part));
        }

        await load.DuringAsync("rolling restart of all replicas", async () =>
        {
            foreach (var replica in (string[])["replica1", "replica2", "replica3"])
            {
                await cdn.RunAsync(replica, KnownResourceCommands.RestartCommand);
                await cdn.App.ResourceNotifications.WaitForResourceHealthyAsync(replica, WaitBehavior.WaitOnResourceUnavailable);
                await cdn.IsHealthyAsync(FillPatience);
            }
        });
        await load.DuringAsync("drain and admit", async () =>
        {
            (await cdn.OperateAsync(HttpMethod.Post, "/api/replicas/replica1/drain")).EnsureSuccessStatusCode();
            await Task.Delay(1000);
            (await cdn.OperateAsync(HttpMethod.Post, "/api/replicas/replica1/admit")).EnsureSuccessStatusCode();
        });
        await load.DuringAsync("purge during a fill", async () =>
        {
            cdn.Videos.Write("new/big.mp4", 10_000_000, seed: 1);
            cdn.Videos.Write("new/small.mp4", 10_000, seed: 2);
            await Eventually.TrueAsync(
                async () => (await cdn.Client.GetAsync("/video/new/small.mp4")).IsSuccessStatusCode, "the fill has begun");
            (await cdn.OperateAsync(HttpMethod.Post, "/api/purge", new { prefix = "new/" })).EnsureSuccessStatusCode();
            await cdn.IsHealthyAsync(FillPatience);
        });
        await load.DuringAsync("a replica is added, empty", async () =>
        {
            await cdn.RunAsync("replica3", KnownResourceCommands.StopCommand);
            Directory.Delete(cdn.Data.Of("replica3"), recursive: true);
            await Task.Delay(1000);
            await cdn.RunAsync("replica3", KnownResourceCommands.StartCommand);
            await cdn.IsHealthyAsync(FillPatience);
        });
        await load.DuringAsync("a replica dies and comes back with an empty disk", async () =>
        {
            Freezing.Freeze(cdn.ProcessIdOf("replica1")); // What still writes to a folder keeps it from being deleted.
            Directory.Delete(cdn.Data.Of("replica1"), recursive: true);
            await KillAsync(cdn, "replica1");
        });
        await load.DuringAsync("a replica is frozen (SIGSTOP), and goes on", async () =>
        {
            var frozen = cdn.ProcessIdOf("replica3");
            Freezing.Freeze(frozen);
            await Task.Delay(3000);
            Freezing.Thaw(frozen);
            await cdn.IsHealthyAsync(FillPatience);
        });
        if (disk.IsMounted)
        {
            await load.DuringAsync("the disk of a replica is full, and has room again", async () =>
            {
                disk.Fill();
                cdn.Videos.Write("full.mp4", 1_000_000, seed: 3);
                await Eventually.TrueAsync(
                    async () => (await cdn.Client.GetAsync("/video/full.mp4")).IsSuccessStatusCode, "the others hold the new video");
                disk.MakeRoom();
                await cdn.IsHealthyAsync(FillPatience);
            });
        }

        return load.Outcomes;
    }

    private static void WriteSmall(TemporaryFolder folder, int count)
    {
        for (var i = 0; i < count; i++)
        {
            folder.Write($"many/{i / 1000}/{i}.ts", 200 + (i % 1000), seed: i);
        }
    }

    /// <summary>kill -9, and wait until there is another process in its place and everything is proven again.</summary>
    private static async Task KillAsync(CdnApp cdn, string part)
    {
        await cdn.KillAsync(part);
        await cdn.IsBackAsync(part, FillPatience);
    }
}
