using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Cdn.Origin.Catalog;

/// <summary>Writes to the memory, with statements that are prepared once.</summary>
internal sealed class MemoryWriter : IDisposable
{
    private const string MostRemoved = "100000";

    private readonly SqliteConnection _database;
    private readonly SqliteCommand _set;
    private readonly SqliteCommand _forget;
    private readonly SqliteCommand _removed;
    private readonly SqliteCommand _state;
    private readonly SqliteCommand _mount;

    public MemoryWriter(SqliteConnection database)
    {
        _database = database;
        _set = Prepare(
            "INSERT OR REPLACE INTO files VALUES ($name, $device, $inode, $size, $modified, $changed, $sha256, $time)",
            "$name", "$device", "$inode", "$size", "$modified", "$changed", "$sha256", "$time");
        _forget = Prepare("DELETE FROM files WHERE name = $name", "$name");
        _removed = Prepare("INSERT OR REPLACE INTO removed (name, sha256, last_modified) VALUES ($name, $sha256, $time)", "$name", "$sha256", "$time");
        _state = Prepare("INSERT OR REPLACE INTO state VALUES ($key, $value)", "$key", "$value");
        _mount = Prepare("INSERT INTO mounts VALUES ($folder, $device)", "$folder", "$device");
    }

    public void Write(MemoryBatch batch)
    {
        using var transaction = _database.BeginTransaction();
        foreach (var (name, published) in batch.Videos)
        {
            if (published is null)
            {
                Run(_forget, transaction, name.Value);
                continue;
            }

            var (video, file) = published;
            Run(_set, transaction, name.Value, (long)file.Device, (long)file.Inode, file.Size, file.Modified, file.Changed,
                video.Sha256.ToBytes(), video.LastModified.ToUnixTimeSeconds());
        }

        foreach (var removed in batch.Removed)
        {
            Run(_removed, transaction, removed.Name.Value, removed.Sha256.ToBytes(), removed.LastModified.ToUnixTimeSeconds());
        }

        if (batch.Removed.Count > 0)
        {
            Execute(transaction, "DELETE FROM removed WHERE number <= (SELECT max(number) FROM removed) - " + MostRemoved);
        }

        if (batch.Forgotten is { } forgotten)
        {
            Run(_state, transaction, "forgotten", Text(forgotten.ToUnixTimeSeconds()));
        }

        if (batch.Mounts is { } mounts)
        {
            Execute(transaction, "DELETE FROM mounts");
            foreach (var (folder, device) in mounts)
            {
                Run(_mount, transaction, folder, (long)device);
            }
        }

        if (batch.Published is var (revision, content))
        {
            Run(_state, transaction, "revision", Text(revision));
            Run(_state, transaction, "content", content);
        }

        transaction.Commit();
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[_set, _forget, _removed, _state, _mount])
        {
            command.Dispose();
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _database.CreateCommand();
#pragma warning disable CA2100 // Only literals of this class come here.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }

        return command;
    }

    private void Execute(SqliteTransaction transaction, string sql)
    {
        using var command = Prepare(sql);
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
