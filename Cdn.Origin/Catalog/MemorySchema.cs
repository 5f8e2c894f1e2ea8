using Cdn.Storage.Sqlite;

namespace Cdn.Origin.Catalog;

/// <summary>The tables of the memory, also from what an earlier version of this program left.</summary>
internal static class MemorySchema
{
    /// <summary>Ticks of <see cref="DateTime"/> at the beginning of 1970.</summary>
    private const string Epoch = "621355968000000000";

    public static void Create(SqliteDatabase database)
    {
        database.Execute("""
            CREATE TABLE IF NOT EXISTS files (
                name TEXT PRIMARY KEY, device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
                changed INTEGER NOT NULL, sha256 BLOB NOT NULL, last_modified INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS removed (
                number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, sha256 BLOB NOT NULL, last_modified INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS mounts (folder TEXT PRIMARY KEY, device INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            """);
        if (database.HasTable("hashes"))
        {
            // It knew a file by name, size and time alone: taken over, and read again when there is nothing else to do.
            database.Execute($"""
                INSERT OR IGNORE INTO files SELECT name, 0, 0, size, modified - {Epoch}, 0, unhex(sha256), last_modified FROM hashes;
                DROP TABLE hashes;
                """);
        }
    }
}
