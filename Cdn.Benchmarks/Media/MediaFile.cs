namespace Cdn.Benchmarks.Media;

/// <summary>A generated file.</summary>
/// <param name="Name">Relative to the library, with <c>/</c>.</param>
/// <param name="Size">Bytes.</param>
internal sealed record MediaFile(string Name, long Size)
{
    /// <summary>10,000 × 64 KiB.</summary>
    public static IReadOnlyList<MediaFile> SmallOnes { get; } =
        [.. Enumerable.Range(0, MediaLibrary.SmallFiles).Select(n => new MediaFile(MediaLibrary.SmallFile(n), MediaLibrary.SmallFileSize))];
}
