using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.Storage.Files;
using Cdn.Storage.Sqlite;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Store;

/// <summary>The writer and the opener of a store, without a process.</summary>
public sealed class StoreWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commit_OfAGroup_HoldsAllOfIt_AlsoWhenOpenedAgain()
    {
        var contents = Enumerable.Range(0, 300).Select(i => Bytes.Random(100 + i, seed: i)).ToList();
        await using (var store = await TestStore.OpenAsync(_folder))
        {
            var results = await store.Videos.CommitAllAsync(contents.Select((bytes, i) => new Verified(
                VideoName.Parse($"film/{i}.ts"), TestStore.VersionOf(bytes), IsPinned: true, Since: 0, Bytes: bytes)));
            Assert.All(await Task.WhenAll(results), result => Assert.Equal(new Commit(CommitStatus.Held, true), result.Value));
        }

        await using var again = await TestStore.OpenAsync(_folder);
        Assert.Equal(300, again.Current.Count);
        Assert.Equal(contents.Sum(bytes => (long)bytes.Length), again.Accountant.Used);
        Assert.Equal(contents[7], await File.ReadAllBytesAsync(_folder.Of("names", "film/7.ts")));
    }

    [Fact]
    public async Task Group_OfDropAndCommitOfTheSame_IsDoneInOrder()
    {
        await using var store = await TestStore.OpenAsync(_folder);
        var bytes = Bytes.Random(100);
        await store.CommitAsync("a", bytes);

        var dropped = store.Videos.DropAsync(VideoName.Parse("a"));
        await store.CommitAsync("a", bytes);

        Assert.NotNull((await dropped).Value);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(_folder.Of("names", "a")));
        Assert.Equal(1, store.Current.Count);
    }

    [Fact]
    public async Task Drop_OfAGroup_IsOneRevision_AndGoneWhenOpenedAgain()
    {
        var contents = Enumerable.Range(0, 300).Select(i => Bytes.Random(100 + i, seed: i)).ToList();
        await using (var store = await TestStore.OpenAsync(_folder))
        {
            foreach (var result in await store.Videos.CommitAllAsync(contents.Select((bytes, i) => new Verified(
                VideoName.Parse($"film/{i}.ts"), TestStore.VersionOf(bytes), IsPinned: true, Since: 0, Bytes: bytes))))
            {
                await result;
            }

            store.Accountant.Count(contents.Sum(bytes => bytes.Length));
            var (before, held) = (store.Current.Set, store.Current.Set.Map.Select(name => name.Value.Named(name.Key)).ToList());
            var kept = held.Find(video => video.Name.Value == "film/7.ts")!;
            var results = await Task.WhenAll(await store.Videos.DropAllAsync(
                held.Select(video => video == kept ? video with { Size = 1 } : video)));

            Assert.Equal(299, results.Count(result => result is { Value: not null, Failure: null }));
            Assert.Equal(before.Number + 1, store.Current.Set.Number);
            Assert.Equal(kept.Size, store.Accountant.Used);
        }

        await using var again = await TestStore.OpenAsync(_folder);
        Assert.Equal((1, 1), (again.Current.Count, again.Current.Objects.Count));
        Assert.Equal(["film/7.ts"], _folder.Files("names"));
        Assert.Single(_folder.Files("objects"));
    }

    [Fact]
    public async Task Purge_RefusesWhatWasAskedForBefore()
    {
        await using var store = await TestStore.OpenAsync(_folder);
        await store.CommitAsync("film/1.ts", Bytes.Random(100));
        await store.CommitAsync("other.ts", Bytes.Random(100, seed: 2));
        var since = store.Videos.PurgeCount;
        var log = new PurgeLog("log", 1, 0, [new Purge(1, new PurgeSelector(Prefix: "film/"))]);

        var answer = (await store.Videos.ApplyAsync(log)).Value!;
        var twice = (await store.Videos.ApplyAsync(log)).Value!;

        Assert.Equal(new PurgeResult(1, 1, 100), Assert.Single(answer.Applied));
        Assert.Equal(answer.Applied, twice.Applied);
        Assert.Equal(new PurgeMark("log", 1), store.Current.Mark);
        var late = Bytes.Random(100, seed: 3);
        var result = await store.Videos.CommitAsync(
            new Verified(VideoName.Parse("film/2.ts"), TestStore.VersionOf(late), true, since, Bytes: late));
        Assert.Equal(CommitStatus.Purged, result.Value.Status);
        Assert.Equal(["other.ts"], _folder.Files("names"));
    }

    [Fact]
    public async Task Evict_TakesWhatWasPulled_AndOnlyIfItIsEnough()
    {
        await using var store = await TestStore.OpenAsync(_folder);
        await store.CommitAsync("pinned", Bytes.Random(1000, seed: 1));
        await store.CommitAsync("pulled", Bytes.Random(1000, seed: 2), isPinned: false);

        Assert.Empty((await store.Videos.EvictAsync(1001)).Value!);
        Assert.Single((await store.Videos.EvictAsync(1000)).Value!);

        Assert.Equal(["pinned"], _folder.Files("names"));
        Assert.Equal((1000, 0), (store.Accountant.Used, store.Accountant.Pulled));
    }

    [Fact]
    public async Task Open_OfACopyWithoutItsLinks_LinksThemAgain()
    {
        var bytes = Bytes.Random(1000);
        await using (var store = await TestStore.OpenAsync(_folder))
        {
            await store.CommitAsync("a/b", bytes);
        }

        var name = _folder.Of("names", "a/b");
        var time = File.GetLastWriteTimeUtc(name);
        File.Copy(name, name + "2");
        File.Move(name + "2", name, overwrite: true); // As rsync -a does it.
        File.SetLastWriteTimeUtc(name, time);

        await using var again = await TestStore.OpenAsync(_folder);

        Assert.True(FileStat.TryOf(name, out var one) && FileStat.TryOf(again.Layout.ObjectOf(Bytes.Digest(bytes)), out var other) && one.IsSameFile(other));
    }

    [Fact]
    public async Task Open_OfAnIndexOfAnEarlierVersion_TakesItOver()
    {
        var (one, two) = (Bytes.Random(100, seed: 1), Bytes.Random(200, seed: 2));
        await using (var store = await TestStore.OpenAsync(_folder))
        {
            await store.CommitAsync("a", one);
            await store.CommitAsync("b", one);
            await store.CommitAsync("c", two);
        }

        foreach (var file in Directory.GetFiles(_folder.Path, "index.db*"))
        {
            File.Delete(file);
        }

        using (var old = SqliteDatabase.Open(_folder.Of("index.db"), SqliteDurability.Full))
        {
            old.Execute("""
                CREATE TABLE videos (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL, last_modified INTEGER NOT NULL,
                    pinned INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
                CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                """);
            using var put = old.Prepare("INSERT INTO videos VALUES ($n, $s, $z, 1767323045, 1)", "$n", "$s", "$z");
            put.Run("a", Bytes.Digest(one).ToString(), 100L);
            put.Run("b", Bytes.Digest(one).ToString(), 100L);
            put.Run("c", Bytes.Digest(two).ToString(), 200L);
            old.Version = 2;
        }

        await using var again = await TestStore.OpenAsync(_folder);

        Assert.Equal((3, 2), (again.Current.Count, again.Current.Objects.Count));
        Assert.True(again.Videos.TryGet(VideoName.Parse("b"), out var held) && held.IsPinned && held.Sha256 == Bytes.Digest(one));
        Assert.Empty(_folder.Files("quarantine"));
    }

    [Fact]
    public async Task Names_OfOneObject_GoOneByOne()
    {
        await using var store = await TestStore.OpenAsync(_folder);
        var bytes = Bytes.Random(100);
        foreach (var name in (string[])["a", "b", "c"])
        {
            await store.CommitAsync(name, bytes);
        }

        foreach (var name in (string[])["a", "c"])
        {
            await store.Videos.DropAsync(VideoName.Parse(name));
        }

        Assert.Equal(["b"], _folder.Files("names"));
        await store.CommitAsync("b", Bytes.Random(50, seed: 2));
        Assert.Single(_folder.Files("objects"));
        Assert.Equal(50, store.Accountant.Used);
    }
}
