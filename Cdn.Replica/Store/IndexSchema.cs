using Cdn.Storage.Sqlite;

namespace Cdn.Replica.Store;

/// <summary>
/// The tables of the index, also from what an earlier version of this program left. Objects have numbers, so that the table of a
/// million of them grows at its end and a name refers to eight bytes.
/// </summary>
internal static class IndexSchema
{
    /// <summary>Version of the tables. 1 and 2 had a table <c>videos</c> with a row for each name, and digests as text.</summary>
    public const long Version = 3;

    /// <exception cref="Microsoft.Data.Sqlite.SqliteException">The tables are of a later version.</exception>
    public static void Create(SqliteDatabase database)
    {
        var version = database.Version;
        if (version is < 0 or > Version)
        {
            throw SqliteDatabase.Damage("It is of another version.");
        }

        database.Execute("""
            CREATE TABLE IF NOT EXISTS objects (
                id INTEGER PRIMARY KEY, sha256 BLOB NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL, pinned INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS names (name TEXT PRIMARY KEY, object INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            """);
        if (version is 1 or 2)
        {
            database.Transact(() => Migrate(database, version));
        }
    }

    private static void Migrate(SqliteDatabase database, long version)
    {
        var pinned = version == 1 ? "1" : "max(pinned)";
        database.Execute($"""
            INSERT INTO objects (sha256, size, modified, pinned)
                SELECT unhex(sha256), max(size), max(last_modified), {pinned} FROM videos GROUP BY sha256;
            CREATE TEMP TABLE digests (sha256 BLOB PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
            INSERT INTO digests SELECT sha256, id FROM objects;
            INSERT INTO names SELECT videos.name, digests.id FROM videos JOIN digests ON digests.sha256 = unhex(videos.sha256);
            DROP TABLE digests;
            DROP TABLE videos;
            """);
        database.Version = Version;
    }
}
