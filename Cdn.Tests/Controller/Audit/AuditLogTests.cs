using Cdn.Controller;
using Cdn.Controller.Audit;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Controller.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Entries_OutliveTheProcess_AndComePageByPage_TheLastFirst()
    {
        using (var audit = Open(_folder.Path))
        {
            audit.End(audit.Begin("alice", "192.0.2.1", "POST /api/purge a.mp4"), "alice", 200, "purge 1: replica1 Purged");
            audit.Begin("bob", "2001:db8::1", "POST /api/replan"); // The process ends before it is done.
        }

        using var again = Open(_folder.Path);
        again.End(again.Begin("alice", "192.0.2.1", new string('x', 5000)), "alice", 503, null);

        var entries = again.Read(long.MaxValue, 2)!;
        Assert.Equal([3, 2], entries.Select(entry => entry.Number));
        Assert.Equal((1024, (int?)503, null), (entries[0].What.Length, entries[0].Status, entries[0].Outcome));
        Assert.Equal(("bob", "2001:db8::1", (int?)null), (entries[1].Who, entries[1].From, entries[1].Status));
        var first = Assert.Single(again.Read(2, 100)!);
        Assert.Equal(("POST /api/purge a.mp4", (int?)200, "purge 1: replica1 Purged"), (first.What, first.Status, first.Outcome));
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), first.At.ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Entries_AreBounded_TheOldestGo()
    {
        using (var audit = Open(_folder.Path))
        {
            audit.Begin("alice", "192.0.2.1", "the first");
        }

        using (var database = Cdn.Storage.Sqlite.SqliteDatabase.Open(
            _folder.Of("audit.db"), Cdn.Storage.Sqlite.SqliteDurability.Relaxed))
        {
            database.Execute("UPDATE sqlite_sequence SET seq = $last WHERE name = 'audit'", ("$last", AuditLog.MaxEntries));
        }

        using var again = Open(_folder.Path);
        again.Begin("alice", "192.0.2.1", "the last");
        Assert.Equal("the last", Assert.Single(again.Read(long.MaxValue, 100)!).What);
    }

    [Fact]
    public void File_ThatIsDamaged_IsPutAside()
    {
        _folder.Write("audit.db", Bytes.Random(5000));
        using var audit = Open(_folder.Path);

        Assert.Equal(1, audit.Begin("alice", "192.0.2.1", "POST /api/replan"));
        Assert.True(File.Exists(_folder.Of("audit.db.damaged")));
    }

    [Fact]
    public void Folder_ThatCannotBeUsed_KeepsNobodyFromAChange()
    {
        _folder.Write("file", [1]);
        using var audit = Open(_folder.Of("file"));
        audit.End(audit.Begin("alice", "192.0.2.1", "POST /api/replan"), "alice", 202, null);
        Assert.Null(audit.Read(long.MaxValue, 1));

        using var none = Open("");
        Assert.False(none.IsKept);
        Assert.Equal(0, none.Begin("alice", "192.0.2.1", "POST /api/replan"));
    }

    private AuditLog Open(string folder) =>
        new(Options.Create(new ControllerOptions { StateDir = folder }), _time, NullLogger<AuditLog>.Instance);
}
