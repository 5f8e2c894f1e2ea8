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
            _database = new SqliteConnection($"Data Source={Path.Combine(folder, "origin.db")}");
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

    /// <summary>
    /// An identifier that lives as long as this state. It is part of the catalog's ETag, so that revision 7 of a state that
    /// was lost is not taken for revision 7 of the one that followed.
    /// </summary>
    public string Identity()
    {
        Execute("INSERT OR IGNORE INTO state VALUES ('identity', $new)", ("$new", Guid.NewGuid().ToString("N")[..12]));
        return Read("identity")!;
    }

    public void Dispose() => _database.Dispose();

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
