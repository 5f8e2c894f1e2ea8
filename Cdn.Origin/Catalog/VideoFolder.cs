using System.IO.Enumeration;
using Cdn.Contracts;
using Microsoft.Extensions.Options;

namespace Cdn.Origin.Catalog;

/// <summary>
/// The files below <c>VIDEO_DIR</c> that are videos. Left out: <c>*.part</c>, <c>*.tmp</c>, what starts with a dot,
/// <c>lost+found</c>, links to folders (they could make a loop), and names that break the rules of <see cref="VideoName"/>.
/// </summary>
internal sealed partial class VideoFolder(IOptions<OriginOptions> options, ILogger<VideoFolder> logger)
{
    private static readonly EnumerationOptions Recursive = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,

        // A folder that cannot be read must not look like an empty one: its videos would be removed from the replicas.
        IgnoreInaccessible = false,
    };

    private readonly HashSet<string> _complained = [];

    public string Root { get; } = Path.GetFullPath(options.Value.VideoDir);

    /// <summary>All video files, in no order.</summary>
    /// <exception cref="IOException">The folder, or one below it, cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public List<VideoFile> List()
    {
        var entries = new FileSystemEnumerable<(string Path, long Size, DateTime ModifiedUtc, bool IsLink)>(
            Root,
            (ref FileSystemEntry entry) => (
                entry.ToFullPath(),
                entry.Length,
                entry.LastWriteTimeUtc.UtcDateTime,
                entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
            Recursive)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory && IsVideo(entry.FileName),
            ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                !entry.FileName.StartsWith('.') && !entry.FileName.SequenceEqual("lost+found")
                && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };

        var files = new List<VideoFile>();
        foreach (var (path, size, modifiedUtc, isLink) in entries)
        {
            if (NameOf(path) is { } name && (isLink ? ReadLink(name, path) : new VideoFile(name, path, size, modifiedUtc)) is { } file)
            {
                files.Add(file);
            }
        }

        return files;
    }

    /// <summary>The file as it is on the disk now; null if it is gone or cannot be opened.</summary>
    public static VideoFile? Look(VideoFile file)
    {
        try
        {
            using var handle = File.OpenHandle(file.Path);
            return file with { Size = RandomAccess.GetLength(handle), ModifiedUtc = File.GetLastWriteTimeUtc(handle) };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The device that the folder is on, as Linux numbers it; empty where that cannot be told.</summary>
    public string FileSystem()
    {
        const string Mounts = "/proc/self/mountinfo"; // fields: id, parent, major:minor, root, mount point, ...
        return !File.Exists(Mounts)
            ? ""
            : File.ReadLines(Mounts)
                .Select(line => line.Split(' '))
                .Where(mount => IsBelow(Root, mount[4]))
                .OrderBy(mount => mount[4].Length)
                .Select(mount => mount[2])
                .LastOrDefault("");
    }

    /// <summary>Whether the folder was on another device before. A disk that is not mounted leaves an empty folder behind.</summary>
    public bool IsOnAnotherFileSystem(string? before) => !string.IsNullOrEmpty(before) && FileSystem() != before;

    private static bool IsBelow(string path, string mountPoint) =>
        mountPoint == "/" || path == mountPoint || path.StartsWith(mountPoint + "/", StringComparison.Ordinal);

    private static bool IsVideo(ReadOnlySpan<char> fileName) =>
        !fileName.StartsWith('.')
        && !fileName.EndsWith(".part", StringComparison.OrdinalIgnoreCase)
        && !fileName.EndsWith(".tmp", StringComparison.OrdinalIgnoreCase);

    private static VideoFile? ReadLink(VideoName name, string path) =>
        Directory.Exists(path) ? null : Look(new VideoFile(name, path, 0, default));

    private VideoName? NameOf(string path)
    {
        if (VideoName.TryParse(Path.GetRelativePath(Root, path), out var name, out var error))
        {
            return name;
        }

        if (_complained.Add(path))
        {
            LogBadName(logger, path, error);
        }

        return null;
    }

    [LoggerMessage(EventId = 100, Level = LogLevel.Warning, Message = "{Path} is not published: {Reason}")]
    private static partial void LogBadName(ILogger logger, string path, string reason);
}
