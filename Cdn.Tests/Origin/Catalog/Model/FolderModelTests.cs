using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Catalog.Model;

/// <summary>
/// Whatever is done to the folder: in the end the catalog is the folder, and at no time was anything published that no name had.
/// ORIGIN_MODEL_STEPS and ORIGIN_MODEL_SEED make it longer, and another one.
/// </summary>
[StartsProcesses]
public class FolderModelTests
{
    private const int Steps = 300;

    /// <summary>Steps after which the catalog has to be the folder, on the way.</summary>
    private const int CheckEvery = 100;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Folder_DoneAnythingTo_IsTheCatalogInTheEndAndNothingElseEverWas(int number)
    {
        var seed = Setting("ORIGIN_MODEL_SEED", 0) + number;
        using var outside = new TemporaryFolder();
        outside.Write("secret.mp4", 100, seed: 77);
        await using var origin = await OriginProcess.StartAsync(null, ("STABLE_FOR", "0.1"), ("RESCAN", "1"));
        var published = new List<CatalogVideo>();
        var listening = ListenAsync(new ChangeListener(origin), published);
        var script = new FolderScript(origin.Videos.Path, outside.Path, seed);
        try
        {
            for (var step = 1; step <= Setting("ORIGIN_MODEL_STEPS", Steps); step++)
            {
                script.Step();
                if (step % CheckEvery == 0)
                {
                    await IsTheFolderAsync(origin, script, seed);
                }
            }

            await IsTheFolderAsync(origin, script, seed);
        }
        finally
        {
            await origin.Service.StopAsync(); // Which ends the listening.
            await listening;
        }

        foreach (var video in published)
        {
            Assert.True(
                script.Ever.TryGetValue(video.Name.Value, out var contents) && contents.Contains(video.Sha256),
                $"Seed {seed}: {video.Name} was published with {video.Sha256}, which it never had.\n{string.Join('\n', script.Log)}");
        }
    }

    [Fact]
    public async Task Folder_WithADiskThatGoesAway_KeepsWhatWasOnIt()
    {
        Shell.RequireRoot();
        using var outside = new TemporaryFolder();
        await using var origin = await OriginProcess.StartAsync(null, ("STABLE_FOR", "0.1"));
        await using var disk = await MountedDisk.MountAsync(origin.Videos.Of("d1"));
        var script = new FolderScript(origin.Videos.Path, outside.Path, seed: 3);
        for (var step = 0; step < CheckEvery; step++)
        {
            script.Step();
        }

        await IsTheFolderAsync(origin, script, seed: 3);
        var onDisk = script.Now.Where(video => video.Key.StartsWith("d1/", StringComparison.Ordinal)).ToDictionary();
        await disk.UnmountAsync();
        await origin.SaysAsync("d1 is missing");

        var catalog = (await origin.Service.CatalogAsync()).Videos.ToDictionary(video => video.Name.Value, video => video.Sha256);
        Assert.All(onDisk, video => Assert.Equal(video.Value, catalog[video.Key]));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;

    private static async Task IsTheFolderAsync(OriginProcess origin, FolderScript script, int seed)
    {
        var difference = "";
        try
        {
            await Eventually.TrueAsync(
                async () =>
                {
                    var catalog = (await origin.Service.CatalogAsync()).Videos.ToDictionary(video => video.Name.Value, video => video.Sha256);
                    difference = string.Join(", ", script.Now.Except(catalog).Select(video => $"+{video.Key}").Concat(catalog.Except(script.Now).Select(video => $"-{video.Key}")));
                    return difference.Length == 0;
                },
                "the catalog is the folder");
        }
        catch (Xunit.Sdk.XunitException e)
        {
            var report = await origin.ReportAsync();
            Assert.Fail($"Seed {seed}: {e.Message} {difference}\n{report}\n{string.Join('\n', report.Ignored)}\n{string.Join('\n', script.Log)}");
        }
    }

    /// <summary>Takes everything that is published, as it is told.</summary>
    private static async Task ListenAsync(ChangeListener listener, List<CatalogVideo> published)
    {
        try
        {
            while (true)
            {
                published.AddRange((await listener.AskAsync()).Catalog?.Items ?? []);
            }
        }
        catch (HttpRequestException)
        {
            // The origin has ended.
        }
    }
}
