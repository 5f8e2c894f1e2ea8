using Cdn.Contracts;
using Cdn.Origin;
using Cdn.Origin.Catalog;
using Cdn.Origin.Files;
using Cdn.Origin.Hashing;
using Cdn.Origin.Listing;
using Cdn.Origin.Watching;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Origin.Catalog;

/// <summary>What the model decides, told by hand what was seen and read.</summary>
public class FolderDecisionTests
{
    private readonly ManualTime _time = new();
    private readonly Work _work = new();
    private readonly FolderModel _model;
    private ulong _inodes = 100;

    public FolderDecisionTests()
    {
        _model = new FolderModel(
            _work, new RememberedFolder([], [], new LastModifiedTimes(), WasPublished: false),
            Options.Create(new OriginOptions { StableForSeconds = 1 }), _time, NullLogger<FolderModel>.Instance);
        _model.Scan();
    }

    [Fact]
    public void FolderThatCannotBeRead_KeepsItsLastState_AndTheRestGoesOn()
    {
        var (film, show) = (Video("film.mp4"), Video("show.mp4"));
        Start([Folder("bad"), Folder("good")], ("bad", [film]), ("good", [show]));
        Assert.Equal(["bad/film.mp4", "good/show.mp4"], Published());

        _model.Scan();
        Answer("", [Folder("bad"), Folder("good")]);
        Fail("bad", "Permission denied");
        Answer("good", []);
        Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["-good/show.mp4"], Changes());
        Assert.Contains("Permission denied", Assert.Single(_model.Troubles()));
        _model.Scan();
        Answer("", [Folder("bad"), Folder("good")]);
        Answer("bad", []);
        Answer("good", []);
        Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(["-bad/film.mp4"], Changes());
        Assert.Empty(_model.Troubles());
    }

    [Fact]
    public void FolderThatHangs_KeepsNothingElseWaiting()
    {
        Start([Folder("share", device: 2), Video("film.mp4")], ("share", [Video("show.mp4", device: 2)]));
        _model.Apply(Events((_model.Root.Folders["share"], "show.mp4", WatchHints.None), (_model.Root, "film.mp4", WatchHints.None)));
        _model.Tick();

        Answer("", []); // The share does not answer.
        Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["-film.mp4"], Changes());
    }

    [Fact]
    public void FirstScan_WithAFolderThatHangs_IsThroughWhenThatIsGivenUp()
    {
        Answer("", [Folder("share", device: 2), Video("film.mp4")]);
        ReadAll();
        _model.Tick();
        Assert.False(_model.IsComplete);

        _model.GiveUp(_work.Looks.ToList());
        Pass(TimeSpan.FromSeconds(1));

        Assert.True(_model.IsScannedOnce);
        Assert.Equal(["+film.mp4"], Changes());
    }

    [Fact]
    public void Rename_OfAFolder_IsOneChange()
    {
        var film = Video("film.mp4");
        Start([Folder("a")], ("a", [film]));
        _model.Apply(Events((_model.Root, "a", WatchHints.None), (_model.Root, "b", WatchHints.MovedIn)));
        _model.Tick();
        Answer("", [Folder("b")]);
        Pass(TimeSpan.FromSeconds(1)); // However long listing takes: what is gone waits for it.
        Assert.Empty(Changes());

        Answer("b", [film]);
        Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["+b/film.mp4", "-a/film.mp4"], Changes());
        Assert.Empty(_work.Jobs);
    }

    [Fact]
    public void Rename_WhoseHalvesAreHeardOfOneAfterTheOther_IsOneChange()
    {
        var film = Video("film.mp4");
        Start([Folder("a")], ("a", [film]));
        _model.Apply(Events((_model.Root, "a", WatchHints.None)));
        _model.Tick();
        Answer("", []);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        _model.Apply(Events((_model.Root, "b", WatchHints.MovedIn)));
        _model.Tick();
        Answer("", [Folder("b")]);
        Pass(TimeSpan.FromSeconds(1));
        Assert.Empty(Changes());

        Answer("b", [film]);
        Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["+b/film.mp4", "-a/film.mp4"], Changes());
    }

    [Fact]
    public void Rename_OfAFile_IsPublishedAtOnceAndReadAgain()
    {
        var film = Video("film.mp4");
        Start([film]);
        var moved = film with { Leaf = "moved.mp4", Identity = film.Identity with { Changed = film.Identity.Changed + 5 } };
        _model.Apply(Events((_model.Root, "film.mp4", WatchHints.None), (_model.Root, "moved.mp4", WatchHints.MovedIn)));
        _model.Tick();
        Answer("", [moved]);
        Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["+moved.mp4", "-film.mp4"], Changes());
        Assert.Equal(HashUrgency.Verification, Assert.Single(_work.Jobs).Urgency);
    }

    [Fact]
    public void FileThatIsWrittenWhileItIsRead_IsReadAnew()
    {
        Start([]);
        _model.Apply(Events((_model.Root, "film.mp4", WatchHints.MovedIn)));
        _model.Tick();
        Answer("", [Video("film.mp4")]);
        var job = Assert.Single(_work.Jobs);

        _model.Apply(Events((_model.Root, "film.mp4", WatchHints.Written)));

        Assert.True(job.IsCancelled);
        _model.Apply(new HashResult(job, HashEnd.Hashed, Bytes.Digest([1])));
        Assert.Empty(Changes());
    }

    [Fact]
    public void Times_ManyNamesComeAndGo_StayBounded()
    {
        var times = new LastModifiedTimes();
        for (var i = 0; i < 300_000; i++)
        {
            var video = new CatalogVideo(VideoName.Parse($"{i}.ts"), 1, Bytes.Digest([1]), "video/mp2t", DateTimeOffset.UnixEpoch.AddSeconds(i));
            times.Take(video);
            times.Remove(video);
        }

        Assert.InRange(times.Count, 1, 100_000);
        var (time, _) = times.Choose(VideoName.Parse("0.ts"), null, Bytes.Digest([2]), 0, DateTimeOffset.UnixEpoch.AddDays(400));
        Assert.True(time > DateTimeOffset.UnixEpoch.AddSeconds(0)); // Forgotten by name, and still younger than what it was.
    }

    private void Start(FolderEntry[] root, params (string Path, FolderEntry[] Entries)[] folders)
    {
        Answer("", root);
        foreach (var (path, entries) in folders)
        {
            Answer(path, entries);
        }

        ReadAll();
        Pass(TimeSpan.FromSeconds(1));
        Assert.True(_model.IsComplete);
        if (folders.Length == 0 || folders[0].Path != "bad")
        {
            Changes();
        }
    }

    private FolderEntry Video(string name, ulong device = 1)
    {
        var modified = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch - TimeSpan.FromMinutes(1)).Ticks;
        return new FolderEntry(name, EntryKind.Video, new FileIdentity(device, _inodes++, 10, modified, modified));
    }

    private static FolderEntry Folder(string name, ulong device = 1) =>
        new(name, EntryKind.Folder, new FileIdentity(device, 1, 0, 0, 0));

    private void Answer(string path, FolderEntry[] entries) => Reply(path, entries, null);

    private void Fail(string path, string reason) => Reply(path, [], reason);

    private void Reply(string path, FolderEntry[] entries, string? failure)
    {
        var look = _work.Looks.First(look => look.Path == path);
        _work.Looks.Remove(look);
        var devices = ((Folder)look.Folder).Chain().Select(folder => folder.Path == "share" ? 2UL : 1UL);
        _model.Apply(new FolderListing(look, [.. devices], [.. entries], failure));
        _model.Tick();
    }

    private void ReadAll()
    {
        foreach (var job in _work.Jobs.ToList())
        {
            _work.Jobs.Remove(job);
            _model.Apply(new HashResult(job, HashEnd.Hashed, Bytes.Digest(BitConverter.GetBytes(job.Identity.Inode))));
        }
    }

    private void Pass(TimeSpan time)
    {
        _time.Advance(time);
        _model.Tick();
        _model.Tick();
    }

    private static WatchBatch Events(params (Folder Folder, string Leaf, WatchHints Hints)[] events) =>
        new(events.ToDictionary(one => ((object)one.Folder, one.Leaf), one => one.Hints), IsOverflow: false);

    private string[] Published() => [.. Changes().Select(change => change[1..])];

    private string[] Changes() => [.. (_model.TakeChanges() ?? new Dictionary<VideoName, PublishedVideo?>())
        .Select(change => $"{(change.Value is null ? '-' : '+')}{change.Key}").Order(StringComparer.Ordinal)];

    private sealed class Work : IFolderWork
    {
        public List<FolderLook> Looks { get; } = [];

        public List<HashJob> Jobs { get; } = [];

        public void Ask(FolderLook look) => Looks.Add(look);

        public void Read(HashJob job) => Jobs.Add(job);

        public void Cancel(HashJob job)
        {
            job.Cancel();
            Jobs.Remove(job);
        }

        public void Unwatch(Folder folder)
        {
        }
    }
}
