using System.Globalization;
using Cdn.Storage.Sqlite;

namespace Cdn.Origin.Catalog;

/// <summary>Writes to the memory, with statements that are prepared once.</summary>
internal sealed class MemoryWriter : IDisposable
{
    private const string MostRemoved = "100000";

    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _set;
    private readonly SqliteStatement _forget;
    private readonly SqliteStatement _removed;
    private readonly SqliteStatement _state;
    private readonly SqliteStatement _mount;

    public MemoryWriter(SqliteDatabase database)
    {
        _database = database;
        _set = database.Prepare(
            "INSERT OR REPLACE INTO files VALUES ($name, $device, $inode, $size, $modified, $changed, $sha256, $time)",
            "$name", "$device", "$inode", "$size", "$modified", "$changed", "$sha256", "$time");
        _forget = database.Prepare("DELETE FROM files WHERE name = $name", "$name");
        _removed = database.Prepare(
            "INSERT OR REPLACE INTO removed (name, sha256, last_modified) VALUES ($name, $sha256, $time)",
            "$name", "$sha256", "$time");
        _state = database.Prepare("INSERT OR REPLACE INTO state VALUES ($key, $value)", "$key", "$value");
        _mount = database.Prepare("INSERT INTO mounts VALUES ($folder, $device)", "$folder", "$device");
    }

    public void Write(MemoryBatch batch) => _database.Transact(() => WriteAll(batch));

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[_set, _forget, _removed, _state, _mount])
        {
            statement.Dispose();
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private void WriteAll(MemoryBatch batch)
    {
        foreach (var (name, published) in batch.Videos)
        {
            if (published is null)
            {
                _forget.Run(name.Value);
                continue;
            }

            var (video, file) = published;
            _set.Run(name.Value, (long)file.Device, (long)file.Inode, file.Size, file.Modified, file.Changed,
                video.Sha256.ToBytes(), video.LastModified.ToUnixTimeSeconds());
        }

        foreach (var removed in batch.Removed)
        {
            _removed.Run(removed.Name.Value, removed.Sha256.ToBytes(), removed.LastModified.ToUnixTimeSeconds());
        }

        if (batch.Removed.Count > 0)
        {
            _database.Execute("DELETE FROM removed WHERE number <= (SELECT max(number) FROM removed) - " + MostRemoved);
        }

        if (batch.Forgotten is { } forgotten)
        {
            _state.Run("forgotten", Text(forgotten.ToUnixTimeSeconds()));
        }

        if (batch.Mounts is { } mounts)
        {
            _database.Execute("DELETE FROM mounts");
            foreach (var (folder, device) in mounts)
            {
                _mount.Run(folder, (long)device);
            }
        }

        if (batch.Published is var (revision, content))
        {
            _state.Run("revision", Text(revision));
            _state.Run("content", content);
        }
    }
}
