using Cdn.Benchmarks.Media;

namespace Cdn.Benchmarks.Fill;

/// <summary>What is put into <c>VIDEO_DIR</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Files">The files.</param>
/// <param name="MostRatio">How long it may take, by the yardstick; null if that is not measured.</param>
/// <param name="IsUsual">Whether it is measured if no case is named.</param>
internal sealed record FillCase(string Name, IReadOnlyList<MediaFile> Files, double? MostRatio, bool IsUsual = true)
{
    /// <summary>The one whose CPU time and memory have limits of their own: ten films as HLS.</summary>
    public static FillCase Films { get; } = new("100,000 x 1 KiB", MediaFile.Tiny(100_000), 4.0);

    /// <summary>A hundred films. It takes ten times as much of everything, if nothing grows faster than the files.</summary>
    public static FillCase ManyFilms { get; } = new("1,000,000 x 1 KiB", MediaFile.Tiny(1_000_000), null, IsUsual: false);

    public static IReadOnlyList<FillCase> All { get; } =
    [
        new("2 GB file", [new("2gb.bin", 2_000_000_000)], 0.6),
        new("10,000 x 64 KiB", MediaFile.SmallOnes, 2.0),
        Films,
        ManyFilms,
    ];

    public double GigaBytes { get; } = Files.Sum(file => file.Size) / 1e9;
}
