using System.Text;
using Cdn.Storage.Files;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Storage;

public sealed class FileStatTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Stat_TellsWhatAFileIs_ByPathAndByDescriptor()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "statx(2) is Linux's.");
        _folder.Write("a", 10);
        DurableFile.SetMode(_folder.Of("a"), UnixFileMode.UserRead);
        File.CreateSymbolicLink(_folder.Of("b"), "a");
        using var file = File.OpenHandle(_folder.Of("a"));

        Assert.True(FileStat.TryOf(_folder.Of("a"), out var status));
        Assert.Equal((FileKind.Regular, UnixFileMode.UserRead, 10), (status.Kind, status.Mode, status.Size));
        Assert.True(FileStat.TryOf(file, out var open));
        Assert.Equal(status, open);
        Assert.True(FileStat.TryOf(_folder.Path, out var folder));
        Assert.Equal(FileKind.Folder, folder.Kind);

        var link = Encoding.UTF8.GetBytes(_folder.Of("b") + '\0');
        Assert.True(FileStat.TryOf(link, out var itself));
        Assert.Equal(FileKind.Link, itself.Kind);
        Assert.Equal(0, FileStat.OfTarget(link, out var target));
        Assert.Equal(status, target);
        Assert.True(DiskErrors.IsMissing(FileStat.OfKnownTarget(Encoding.UTF8.GetBytes(_folder.Of("c") + '\0'), out _)));
    }

    [Fact]
    public void Watch_TellsOfTheFolder_AndThatItIsWatchedNoMore()
    {
        using var watch = FolderWatch.TryStart(out _)!;
        Assert.SkipUnless(watch is not null, "There is no inotify to be had.");
        var seen = new List<(int, FileEvents)>();
        Directory.CreateDirectory(_folder.Of("a"));
        _folder.Write("b", 10);

        var folder = watch.TryAdd(_folder.Of("a"), FileEvents.Created | FileEvents.FolderDeleted, out _);
        Assert.Equal(folder, watch.TryAdd(_folder.Of("a", "..", "a"), FileEvents.Created | FileEvents.FolderDeleted, out _));
        Assert.Equal(-1, watch.TryAdd(_folder.Of("c"), FileEvents.Created, out var missing));
        Assert.True(DiskErrors.IsMissing(missing));
        Assert.Equal(-1, watch.TryAdd(_folder.Of("b"), FileEvents.Created, out var noFolder));
        Assert.True(DiskErrors.IsNoFolder(noFolder));
        Assert.False(watch.Wait(TimeSpan.Zero));
        Directory.Delete(_folder.Of("a"));
        Assert.True(watch.Wait(TimeSpan.FromSeconds(10)));
        watch.Read((number, _, events) => seen.Add((number, events)));

        Assert.Equal([(folder, FileEvents.FolderDeleted), (folder, FileEvents.Ended)], seen);
    }
}
