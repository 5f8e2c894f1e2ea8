using System.Globalization;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdn.Controller.State;

/// <summary>The file of <see cref="RememberedState"/>: the catalog's videos, a row each, and the purges.</summary>
internal sealed class StateFile : IDisposable
{
    /// <summary>Its name in <c>STATE_DIR</c>.</summary>
    public const string Name = "controller.db";

    private const long Version = 1;

    private readonly SqliteDatabase _database;

    private StateFile(SqliteDatabase database) => _database = database;

    /// <summary>Opens it. One that cannot be used is deleted: it is a copy.</summary>
    public static StateFile Open(string path, Action<string, string> discarded) => new(SqliteDatabase.OpenOrReplace(
        path,
        SqliteDurability.Relaxed,
        database =>
        {
            if (database.Version is not (0 or Version))
            {
                throw SqliteDatabase.Damage($"It is of version {database.Version}, and this is version {Version}.");
            }

            database.Execute("""
                CREATE TABLE IF NOT EXISTS video (name TEXT PRIMARY KEY, size INTEGER, sha256 BLOB, type TEXT, modified INTEGER) WITHOUT ROWID, STRICT;
                CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT) STRICT;
                """);
            database.Version = Version;
        },
        (file, reason) =>
        {
            if (File.Exists(file))
            {
                discarded(Path.GetFileName(file), reason);
                File.Delete(file);
            }
        }));

    public PurgeLog? ReadPurges() => Fact("purges") is { } json ? JsonSerializer.Deserialize(json, WireJson.Default.PurgeLog) : null;

    public CatalogView? ReadCatalog() =>
        Fact("set") is { } set && long.TryParse(Fact("revision"), CultureInfo.InvariantCulture, out var revision) ? new CatalogView(set, revision) : null;

    public IEnumerable<CatalogVideo> ReadVideos() => _database.Read("SELECT name, size, sha256, type, modified FROM video", row => new CatalogVideo(
        VideoName.Parse(row.GetString(0)),
        row.GetInt64(1),
        new Sha256Digest(row.GetFieldValue<byte[]>(2)),
        string.Intern(row.GetString(3)), // There are few types, and each video has one.
        DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(4))));

    /// <summary>Writes changes, all or nothing.</summary>
    /// <param name="purges">The purges; null if they are the same.</param>
    /// <param name="catalog">Which catalog it is; null if it is the same.</param>
    /// <param name="videos">Videos that are new or changed, and names that are no more.</param>
    /// <exception cref="SqliteException">They are not written.</exception>
    public void Write(PurgeLog? purges, CatalogView? catalog, IEnumerable<(VideoName Name, CatalogVideo? Video)> videos)
    {
        using var fact = _database.Prepare("INSERT OR REPLACE INTO fact VALUES ($name, $value)", "$name", "$value");
        using var set = _database.Prepare(
            "INSERT OR REPLACE INTO video VALUES ($name, $size, $sha256, $type, $modified)", "$name", "$size", "$sha256", "$type", "$modified");
        using var remove = _database.Prepare("DELETE FROM video WHERE name = $name", "$name");
        _database.Transact(() =>
        {
            foreach (var (name, video) in videos)
            {
                _ = video is null
                    ? remove.Run(name.Value)
                    : set.Run(name.Value, video.Size, video.Sha256.ToBytes(), video.ContentType, video.LastModified.ToUnixTimeSeconds());
            }

            if (purges is not null)
            {
                fact.Run("purges", JsonSerializer.Serialize(purges, WireJson.Default.PurgeLog));
            }

            if (catalog is not null)
            {
                fact.Run("set", catalog.Set);
                fact.Run("revision", catalog.Revision.ToString(CultureInfo.InvariantCulture));
            }
        });
    }

    public void Dispose() => _database.Dispose();

    private string? Fact(string name) => _database.Ask("SELECT value FROM fact WHERE name = $name", ("$name", name)) as string;
}
