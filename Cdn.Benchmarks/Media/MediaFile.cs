namespace Cdn.Benchmarks.Media;

/// <summary>A generated file.</summary>
/// <param name="Name">Relative to the library, with <c>/</c>.</param>
/// <param name="Size">Bytes.</param>
internal sealed record MediaFile(string Name, long Size)
{
    /// <summary>10,000 × 64 KiB.</summary>
    public static IReadOnlyList<MediaFile> SmallOnes { get; } =
        [.. Enumerable.Range(0, MediaLibrary.SmallFiles).Select(n => new MediaFile(MediaLibrary.SmallFile(n), MediaLibrary.SmallFileSize))];

    /// <summary>So many of 1 KiB, a thousand in a folder.</summary>
    public static IReadOnlyList<MediaFile> Tiny(int count) =>
        [.. Enumerable.Range(0, count).Select(n => new MediaFile($"tiny/{n / 1000:D3}/{n:D7}.ts", 1024))];
}
