using System.Globalization;
using Cdn.Contracts;
using Cdn.ServiceDefaults;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Origin.Catalog;

/// <summary>
/// What the origin remembers over a restart, in <c>STATE_DIR/origin.db</c>: the digest of each file by path, size and
/// modification time, so that no file is hashed twice, and the revision that was published last.
/// </summary>
internal sealed class HashMemory : IDisposable
{
    private readonly SqliteConnection _database;

    /// <exception cref="OperatorException">The state cannot be kept in that folder.</exception>
    public HashMemory(IOptions<OriginOptions> options)
    {
        var folder = Path.GetFullPath(options.Value.StateDir);
        try
        {
            Directory.CreateDirectory(folder);
            var file = Path.Combine(folder, "origin.db");
            SetAsideIfDamaged(file);
            _database = new SqliteConnection($"Data Source={file};Pooling=False");
            _database.Open();
            Execute("""
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = NORMAL;
                CREATE TABLE IF NOT EXISTS hashes (
                    name TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL,
                    sha256 TEXT NOT NULL, last_modified INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                """);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            _database?.Dispose();
            throw new OperatorException($"STATE_DIR {folder} cannot hold the origin's state: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>Everything that was hashed, as it was then.</summary>
    public IEnumerable<PublishedVideo> Load(string root)
    {
        using var command = _database.CreateCommand();
        command.CommandText = "SELECT name, size, modified, sha256, last_modified FROM hashes";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            if (VideoName.TryParse(rows.GetString(0), out var name, out _)
                && Sha256Digest.TryParseHex(rows.GetString(3), out var digest))
            {
                var file = new VideoFile(
                    name, Path.Combine(root, name.Value), rows.GetInt64(1), new DateTime(rows.GetInt64(2), DateTimeKind.Utc));
                var lastModified = DateTimeOffset.FromUnixTimeSeconds(rows.GetInt64(4));
                yield return new PublishedVideo(
                    file, new CatalogVideo(name, file.Size, digest, ContentTypes.Of(name), lastModified));
            }
        }
    }

    public void Remember(PublishedVideo published)
    {
        var (file, video) = published;
        Execute(
            "INSERT OR REPLACE INTO hashes VALUES ($name, $size, $modified, $sha256, $lastModified)",
            ("$name", file.Name.Value),
            ("$size", file.Size),
            ("$modified", file.ModifiedUtc.Ticks),
            ("$sha256", video.Sha256.ToString()),
            ("$lastModified", video.LastModified.ToUnixTimeSeconds()));
    }

    public void Forget(VideoName name) => Execute("DELETE FROM hashes WHERE name = $name", ("$name", name.Value));

    /// <summary>The last published revision and the digest of its content; 0 and null for a new state.</summary>
    public (long Revision, string? Content) LastPublished() =>
        (long.Parse(Read("revision") ?? "0", CultureInfo.InvariantCulture), Read("content"));

    public void SetPublished(long revision, string content) =>
        Execute(
            "INSERT OR REPLACE INTO state VALUES ('revision', $revision), ('content', $content)",
            ("$revision", revision.ToString(CultureInfo.InvariantCulture)),
            ("$content", content));

    /// <summary>The device that the videos were on when they were scanned last.</summary>
    public string? FileSystem() => Read("filesystem");

    public void SetFileSystem(string device)
    {
        if (FileSystem() != device)
        {
            Execute("INSERT OR REPLACE INTO state VALUES ('filesystem', $device)", ("$device", device));
        }
    }

    public void Dispose() => _database.Dispose();

    /// <summary>Hashes can be made again: a damaged file is put aside, not a reason to stay down.</summary>
    private static void SetAsideIfDamaged(string file)
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

    private string? Read(string key)
    {
        using var command = _database.CreateCommand();
        command.CommandText = "SELECT value FROM state WHERE key = $key";
        command.Parameters.AddWithValue("$key", key);
        return (string?)command.ExecuteScalar();
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
