using Cdn.Benchmarks.Output;
using Cdn.Storage.Files;

namespace Cdn.Benchmarks.Media;

/// <summary>Files of random bytes, made once and kept for the next run.</summary>
internal static class MediaLibrary
{
    /// <summary>Small files, for a working set that no cache of open files holds.</summary>
    public const int SmallFiles = 10_000;

    public const long SmallFileSize = 64 * 1024;

    public const string SmallFolder = "small";

    /// <summary>In the system's folder for temporary files, so that hard links reach the folders of a run.</summary>
    public static string Folder { get; } = Path.Combine(Path.GetTempPath(), "cdn-benchmarks-media");

    public static string SmallFile(int number) => $"{SmallFolder}/{number:D5}.bin";

    public static string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>Makes those files that are not there, or not whole. Each file's bytes follow from its name.</summary>
    public static void Ensure(IEnumerable<MediaFile> files)
    {
        Directory.CreateDirectory(Folder);
        var missing = files.Where(file => !IsThere(file)).ToList();
        if (missing.Count > 0)
        {
            Report.Note($"Making {missing.Count:N0} files, {missing.Sum(file => file.Size) / 1e9:F2} GB, in {Folder} (kept for the next run) ...");
        }

        foreach (var file in missing)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file.Name))!);
            RandomBytes.WriteFile(PathOf(file.Name), file.Size);
        }

        static bool IsThere(MediaFile file) =>
            new FileInfo(PathOf(file.Name)) is { Exists: true } found && found.Length == file.Size;
    }

    /// <summary>A file of the library under another name: no bytes are copied.</summary>
    public static void Link(string file, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFile.Link(PathOf(file), path);
    }
}
