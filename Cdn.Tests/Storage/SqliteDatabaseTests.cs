using Cdn.Storage.Sqlite;
using Cdn.Tests.Infrastructure;
using Microsoft.Data.Sqlite;

namespace Cdn.Tests.Storage;

public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Transact_ThatFails_LeavesNothing()
    {
        using var database = Open();
        using var put = database.Prepare("INSERT INTO numbers VALUES ($n)", "$n");

        database.Transact(() => put.Run(1L));
        Assert.Throws<InvalidOperationException>(() => database.Transact(() =>
        {
            put.Run(2L);
            throw new InvalidOperationException();
        }));
        database.Transact(() => put.Run(3L));

        Assert.Equal([1, 3], database.Read("SELECT n FROM numbers ORDER BY n", row => row.GetInt64(0)));
        Assert.True(database.HasTable("numbers"));
        Assert.Null(database.Ask("SELECT max(n) FROM numbers WHERE n > 5"));
    }

    [Theory]
    [InlineData("this was a database once")]
    [InlineData("")]
    public void OpenOrReplace_OfWhatIsNoDatabase_SetsItAside(string content)
    {
        File.WriteAllText(_folder.Of("a.db"), content);
        var aside = new List<string>();

        using var database = SqliteDatabase.OpenOrReplace(_folder.Of("a.db"), SqliteDurability.Full, Create, (path, _) =>
        {
            aside.Add(path);
            File.Delete(path);
        });

        Assert.Equal(content.Length > 0, aside.Count > 0); // An empty file is an empty database.
        Assert.True(database.HasTable("numbers"));
    }

    [Fact]
    public void Open_InNoFolder_IsNoDamage() => Assert.False(SqliteDatabase.IsDamage(
        Assert.Throws<SqliteException>(() => SqliteDatabase.Open(_folder.Of("none", "a.db"), SqliteDurability.Full))));

    private SqliteDatabase Open()
    {
        var database = SqliteDatabase.Open(_folder.Of("a.db"), SqliteDurability.Relaxed);
        Create(database);
        return database;
    }

    private static void Create(SqliteDatabase database) => database.Execute("CREATE TABLE IF NOT EXISTS numbers (n INTEGER PRIMARY KEY)");
}
