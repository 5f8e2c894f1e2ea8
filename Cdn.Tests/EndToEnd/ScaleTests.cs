using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>More replicas, more videos, bigger ones.</summary>
[StartsProcesses]
public sealed class ScaleTests
{
    /// <summary>Most resident memory of any process at any time: 300 MB.</summary>
    private const long MemoryBound = 300_000_000;

    [Fact]
    public async Task ReplicaCount_Three_RunsAThirdReplicaThatServes()
    {
        using var videos = new TemporaryFolder();
        var film = videos.Write("film.mp4", 100_000);
        await using var cdn = await CdnApp.StartAsync(videos.Path, "--REPLICA_COUNT=3");

        Assert.Contains("1 of 1 videos on replica3", await cdn.HealthTextAsync());
        var seen = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            using var response = await cdn.Client.GetAsync("/video/film.mp4");
            Assert.Equal(film, await response.Content.ReadAsByteArrayAsync());
            seen.Add(response.RequestMessage!.RequestUri!.Segments[1]);
        }

        Assert.Equal(["replica1/", "replica2/", "replica3/"], seen.Order());
    }

    [Fact]
    public async Task Fill_BigVideoAndManySmallOnes_IsProvenWithBoundedMemory()
    {
        const int Small = 200;
        const int Big = 600_000_000;
        await using var cdn = await CdnApp.StartAsync(folder =>
        {
            for (var i = 0; i < Small; i++)
            {
                folder.Write($"many/{i}.ts", 1000, seed: i);
            }

            WriteBig(folder.Of("big.mkv"), Big);
        });

        Assert.Contains($"{Small + 1} of {Small + 1} videos on replica1, {Small + 1} of {Small + 1} videos on replica2", await cdn.HealthTextAsync());
        foreach (var part in (string[])["origin", "replica1", "replica2", "controller"])
        {
            var peak = PeakMemory(cdn.ProcessIdOf(part));
            Assert.True(peak < MemoryBound, $"{part} had {peak} bytes resident at its peak");
        }
    }

    private static void WriteBig(string path, int size)
    {
        var block = Bytes.Random(1_000_000);
        using (var file = File.Create(path))
        {
            for (var written = 0; written < size; written += block.Length)
            {
                file.Write(block);
            }
        }

        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddMinutes(-1));
    }

    private static long PeakMemory(int processId) => File.ReadLines($"/proc/{processId}/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]) * 1024)
        .Single();
}
