using Cdn.Benchmarks.Media;

namespace Cdn.Benchmarks.Fill;

/// <summary>What is put into <c>VIDEO_DIR</c>.</summary>
internal sealed record FillCase(string Name, IReadOnlyList<MediaFile> Files)
{
    public static IReadOnlyList<FillCase> All { get; } =
    [
        new("2 GB file", [new("2gb.bin", 2_000_000_000)]),
        new("10,000 x 64 KiB", MediaFile.SmallOnes),
    ];

    public double GigaBytes { get; } = Files.Sum(file => file.Size) / 1e9;
}
