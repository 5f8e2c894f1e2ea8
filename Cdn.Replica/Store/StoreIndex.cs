using System.Text.Json;
using Cdn.Contracts;
using Microsoft.Data.Sqlite;

namespace Cdn.Replica.Store;

/// <summary>
/// Which name has which object, kept in SQLite (WAL). It is read once at start and written with every change; the request
/// path never touches it. Not thread-safe: <see cref="VideoStore"/> calls it under its own lock.
/// </summary>
internal sealed class StoreIndex : IDisposable
{
    /// <summary>Version of the tables. Version 1 had no column <c>pinned</c>; a store of a later version has its index built anew.</summary>
    private const long Version = 2;

    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private readonly SqliteConnection _database;

    private StoreIndex(SqliteConnection database) => _database = database;

    /// <summary>
    /// Whether the index was not there, or was never completed, so that the names on the disk are all there is to know.
    /// </summary>
    public bool IsNew { get; private init; }

    /// <summary>Whether an error means that the file is of no use, and not that it cannot be used now.</summary>
    public static bool IsDamage(SqliteException error) => error.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>Opens or creates the index.</summary>
    /// <exception cref="SqliteException">It is damaged, of another version, or cannot be written.</exception>
    public static StoreIndex Open(string path)
    {
        var database = new SqliteConnection($"Data Source={path};Pooling=False");
        try
        {
            database.Open();
            var version = (long)Ask(database, "PRAGMA user_version")!;
            var index = new StoreIndex(database) { IsNew = version == 0 };
            if (version is < 0 or > Version || (string)Ask(database, "PRAGMA quick_check(1)")! != "ok")
            {
                throw new SqliteException("It is damaged or of another version.", Corrupt);
            }

            index.Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
            index.Execute("""
                CREATE TABLE IF NOT EXISTS videos (
                    name TEXT PRIMARY KEY, sha256 TEXT NOT NULL,
                    size INTEGER NOT NULL, last_modified INTEGER NOT NULL, pinned INTEGER NOT NULL DEFAULT 1) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                """);
            if (version == 1)
            {
                index.Execute($"""
                    BEGIN;
                    ALTER TABLE videos ADD COLUMN pinned INTEGER NOT NULL DEFAULT 1;
                    PRAGMA user_version = {Version};
                    COMMIT;
                    """);
            }

            return index;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    public List<(VideoName Name, HeldObject Object)> Load()
    {
        var rows = new List<(VideoName, HeldObject)>();
        using var command = _database.CreateCommand();
        command.CommandText = "SELECT name, sha256, size, last_modified, pinned FROM videos";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (VideoName.TryParse(reader.GetString(0), out var name, out _)
                && Sha256Digest.TryParseHex(reader.GetString(1), out var digest))
            {
                rows.Add((name, new HeldObject(
                    digest, reader.GetInt64(2), DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64(3)), reader.GetBoolean(4))));
            }
        }

        return rows;
    }

    /// <summary>Says that from now on the index is the truth. A new one that was cut off before is built anew.</summary>
    public void MarkComplete() => Execute($"PRAGMA user_version = {Version}");

    public void Put(VideoName name, HeldObject held) => Execute(
        "INSERT OR REPLACE INTO videos VALUES ($name, $sha256, $size, $lastModified, $pinned)",
        ("$name", name.Value),
        ("$sha256", held.Sha256.ToString()),
        ("$size", held.Size),
        ("$lastModified", held.LastModified.ToUnixTimeSeconds()),
        ("$pinned", held.IsPinned));

    public void Remove(VideoName name) => Execute("DELETE FROM videos WHERE name = $name", ("$name", name.Value));

    /// <summary>Up to where purges are applied.</summary>
    public PurgeMark? Mark()
    {
        using var command = _database.CreateCommand();
        command.CommandText = "SELECT value FROM state WHERE key = 'purged'";
        return command.ExecuteScalar() is string json ? JsonSerializer.Deserialize(json, WireJson.Default.PurgeMark) : null;
    }

    /// <summary>Remembers up to where purges are applied, and has it and all removals before it on the disk when it returns.</summary>
    public void SetMark(PurgeMark mark)
    {
        Execute("PRAGMA synchronous = FULL");
        try
        {
            Execute(
                "INSERT OR REPLACE INTO state VALUES ('purged', $mark)",
                ("$mark", JsonSerializer.Serialize(mark, WireJson.Default.PurgeMark)));
        }
        finally
        {
            Execute("PRAGMA synchronous = NORMAL");
        }
    }

    public void Dispose() => _database.Dispose();

    private static object? Ask(SqliteConnection database, string pragma)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // Only literals of this class come here.
        command.CommandText = pragma;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    private void Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = _database.CreateCommand();
#pragma warning disable CA2100 // Only literals of this class come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }
}
