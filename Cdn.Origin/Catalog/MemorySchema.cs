using Microsoft.Data.Sqlite;

namespace Cdn.Origin.Catalog;

/// <summary>The tables of the memory, also from what an earlier version of this program left.</summary>
internal static class MemorySchema
{
    /// <summary>Ticks of <see cref="DateTime"/> at the beginning of 1970.</summary>
    private const string Epoch = "621355968000000000";

    public static void Create(SqliteConnection database)
    {
        Execute(database, """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = NORMAL;
            CREATE TABLE IF NOT EXISTS files (
                name TEXT PRIMARY KEY, device INTEGER NOT NULL, inode INTEGER NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
                changed INTEGER NOT NULL, sha256 BLOB NOT NULL, last_modified INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS removed (
                number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, sha256 BLOB NOT NULL, last_modified INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS mounts (folder TEXT PRIMARY KEY, device INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
            """);
        if (HasTable(database, "hashes"))
        {
            // It knew a file by name, size and time alone: taken over, and read again when there is nothing else to do.
            Execute(database, $"""
                INSERT OR IGNORE INTO files SELECT name, 0, 0, size, modified - {Epoch}, 0, unhex(sha256), last_modified FROM hashes;
                DROP TABLE hashes;
                """);
        }
    }

    /// <summary>Hashes can be made again: a damaged file is put aside, not a reason to stay down.</summary>
    public static void SetAsideIfDamaged(string file)
    {
        const int Corrupt = 11;
        const int NotADatabase = 26;
        try
        {
            using var database = new SqliteConnection($"Data Source={file};Pooling=False");
            database.Open();
            using var check = database.CreateCommand();
            check.CommandText = "PRAGMA quick_check(1)";
            if (check.ExecuteScalar() is "ok")
            {
                return;
            }
        }
        catch (SqliteException e) when (e.SqliteErrorCode is Corrupt or NotADatabase)
        {
            // Put aside below.
        }

        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(file + suffix))
            {
                File.Move(file + suffix, $"{file}{suffix}.damaged", overwrite: true);
            }
        }
    }

    private static bool HasTable(SqliteConnection database, string table)
    {
        using var command = database.CreateCommand();
        command.CommandText = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $table";
        command.Parameters.AddWithValue("$table", table);
        return command.ExecuteScalar() is not null;
    }

    private static void Execute(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // Only literals of this class come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
