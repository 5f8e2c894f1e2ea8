using Cdn.Storage.Files;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Storage;

public sealed class DurableFileTests : IDisposable
{
    private const UnixFileMode ReadOnly = (UnixFileMode)0b100_100_100;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SmallFile_HasItsBytesItsTimeAndItsMode()
    {
        var path = _folder.Of("a");

        SmallFile.Write(path, Bytes.Random(1000), ReadOnly, modified: 1_767_323_045, sync: true);
        SmallFile.Write(path, Bytes.Random(1000, seed: 2), ReadOnly, modified: 1_767_323_045, sync: false); // Over what was left behind.
        DurableFile.SyncFileSystem(_folder.Path);
        DurableFile.SyncFolder(_folder.Path);

        Assert.Equal(Bytes.Random(1000, seed: 2), File.ReadAllBytes(path));
        Assert.Equal(ReadOnly, _folder.ModeOf("a"));
        Assert.True(FileStat.TryOf(path, out var status));
        Assert.Equal((1000, 1_767_323_045, 1U, true), (status.Size, status.ModifiedSeconds, status.Links, status.IsRegular));
    }

    [Fact]
    public void LinkOrCopy_OfAFileThatHasAsManyLinksAsItMay_IsACopy()
    {
        const int More = 66_000; // ext4 allows 65,000; a file system without a limit is not tested by this.
        var file = _folder.Of("a");
        SmallFile.Write(file, Bytes.Random(100), ReadOnly, modified: 1_767_323_045, sync: false);
        var links = 0;
        while (links < More && DurableFile.TryLink(file, _folder.Of($"{links}")) == 0)
        {
            links++;
        }

        Assert.Equal(links == More, DurableFile.LinkOrCopy(file, _folder.Of("last")));

        Assert.Equal(Bytes.Random(100), File.ReadAllBytes(_folder.Of("last")));
    }

    [Fact]
    public void LinkOrCopy_OnOneFileSystem_IsALink_AndOverTwo_ACopy()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "There is no second file system.");
        var (file, link, copy) = (_folder.Of("a"), _folder.Of("b"), $"/dev/shm/cdn-test-{Guid.NewGuid():N}");
        SmallFile.Write(file, Bytes.Random(1000), ReadOnly, modified: 1_767_323_045, sync: false);
        try
        {
            Assert.True(DurableFile.LinkOrCopy(file, link));
            Assert.False(DurableFile.LinkOrCopy(file, copy));

            Assert.True(FileStat.TryOf(file, out var one) && FileStat.TryOf(link, out var other) && one.IsSameFile(other));
            Assert.True(FileStat.TryOf(copy, out var copied));
            Assert.Equal((1000, 1_767_323_045), (copied.Size, copied.ModifiedSeconds));
            Assert.Equal(Bytes.Random(1000), File.ReadAllBytes(copy));
        }
        finally
        {
            DurableFile.Remove(copy);
        }
    }

    [Fact]
    public void Link_ThatIsThere_Fails()
    {
        _folder.Write("a", 10);
        _folder.Write("b", 10);

        Assert.True(DiskErrors.IsThere(DurableFile.TryLink(_folder.Of("a"), _folder.Of("b"))));
        Assert.Throws<IOException>(() => DurableFile.Link(_folder.Of("a"), _folder.Of("b")));
        Assert.True(DiskErrors.IsMissing(DurableFile.TryLink(_folder.Of("a"), _folder.Of("none", "b"))));
    }

    [Fact]
    public void Watch_TellsWhatHappenedInOrder()
    {
        _folder.Write("a", 10);
        using var watch = FolderWatch.TryStart([_folder.Path])!;
        Assert.SkipUnless(watch is not null, "There is no inotify to be had.");
        var seen = new List<(string, FileEvents)>();

        File.AppendAllText(_folder.Of("a"), "x");
        File.Delete(_folder.Of("a"));
        watch.Read((_, name, events) => seen.Add((System.Text.Encoding.UTF8.GetString(name), events)));

        Assert.Equal(("a", FileEvents.Written), seen[0]);
        Assert.Equal(("a", FileEvents.Deleted), seen[^1]);
    }

    [Fact]
    public void Hasher_IsReadyAgainAfterItWasStopped()
    {
        var bytes = _folder.Write("a", 3_000_000);
        using var hasher = new FileHasher();
        using var file = File.OpenHandle(_folder.Of("a"));

        Assert.Null(hasher.Of(file, bytes.Length, _ => false));
        Assert.Null(hasher.Of(file, bytes.Length, offset => offset < bytes.Length)); // Stopped when all of it was read.
        Assert.Null(hasher.Of(file, bytes.Length + 1, _ => true));
        Assert.Equal(Bytes.Digest(bytes), hasher.Of(file, bytes.Length, _ => true));
    }
}
