using System.Text.Json;
using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Cdn.Replica.Store;

/// <summary>
/// Which name has which object, kept in SQLite. It is read once at start and written in groups, each of which is on the disk
/// before anybody hears of it; the request path never touches it. Not thread-safe: the writer has it to itself.
/// </summary>
internal sealed class StoreIndex : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _putObject;
    private readonly SqliteStatement _removeObject;
    private readonly SqliteStatement _putName;
    private readonly SqliteStatement _removeName;
    private readonly SqliteStatement _setState;
    private long _lastId;

    private StoreIndex(SqliteDatabase database)
    {
        _database = database;
        _putObject = database.Prepare(
            "INSERT OR REPLACE INTO objects VALUES ($id, $sha256, $size, $modified, $pinned)", "$id", "$sha256", "$size", "$modified", "$pinned");
        _removeObject = database.Prepare("DELETE FROM objects WHERE id = $id", "$id");
        _putName = database.Prepare("INSERT OR REPLACE INTO names VALUES ($name, $object)", "$name", "$object");
        _removeName = database.Prepare("DELETE FROM names WHERE name = $name", "$name");
        _setState = database.Prepare("INSERT OR REPLACE INTO state VALUES ($key, $value)", "$key", "$value");
        _lastId = (long?)database.Ask("SELECT max(id) FROM objects") ?? 0;
    }

    /// <summary>
    /// Whether the index was not there, or was never completed, so that the names on the disk are all there is to know.
    /// </summary>
    public bool IsNew => _database.Version == 0;

    /// <summary>Opens or makes the index; one that is damaged or of a later version is set aside, and a new one made.</summary>
    /// <exception cref="SqliteException">It cannot be used now.</exception>
    public static StoreIndex Open(string path, Action<string, string> setAside) =>
        new(SqliteDatabase.OpenOrReplace(path, SqliteDurability.Full, IndexSchema.Create, setAside));

    /// <summary>A row that no object has yet.</summary>
    public long NextId() => ++_lastId;

    /// <summary>All objects. The first name is filled in by whoever reads the names.</summary>
    public IEnumerable<(long Id, Sha256Digest Sha256, long Size, long Modified, bool IsPinned)> Objects() =>
        _database.Read("SELECT id, sha256, size, modified, pinned FROM objects", row => (
            row.GetInt64(0),
            new Sha256Digest(row.GetFieldValue<byte[]>(1)), // Not by GetBytes, which opens each as a file of its own.
            row.GetInt64(2),
            row.GetInt64(3),
            row.GetInt64(4) != 0));

    /// <summary>All names, with the rows of their objects.</summary>
    public IEnumerable<(string Name, long Id)> Names() =>
        _database.Read("SELECT name, object FROM names", row => (row.GetString(0), row.GetInt64(1)));

    /// <summary>Up to where purges are applied.</summary>
    public PurgeMark? Mark() => _database.Ask("SELECT value FROM state WHERE key = 'purged'") is string json
        ? JsonSerializer.Deserialize(json, WireJson.Default.PurgeMark)
        : null;

    /// <summary>Writes all of it or nothing; it is on the disk when this returns.</summary>
    /// <exception cref="SqliteException">The disk is full or broken; nothing was written.</exception>
    public void Write(IReadOnlyList<IndexOperation> operations) => _database.Transact(() =>
    {
        foreach (var operation in operations)
        {
            Write(operation);
        }
    });

    /// <summary>Says that from now on the index is the truth. A new one that was cut off before is built anew.</summary>
    public void MarkComplete() => _database.Version = IndexSchema.Version;

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[_putObject, _removeObject, _putName, _removeName, _setState])
        {
            statement.Dispose();
        }

        _database.Dispose();
    }

    private void Write(IndexOperation operation)
    {
        switch (operation.What)
        {
            case IndexOperation.Kind.PutObject:
                var held = operation.Object!;
                _putObject.Run(held.Id, held.Sha256.ToBytes(), held.Size, held.Modified, held.IsPinned ? 1L : 0L);
                break;
            case IndexOperation.Kind.RemoveObject:
                _removeObject.Run(operation.Id);
                break;
            case IndexOperation.Kind.PutName:
                _putName.Run(operation.Name.Value, operation.Id);
                break;
            case IndexOperation.Kind.RemoveName:
                _removeName.Run(operation.Name.Value);
                break;
            case IndexOperation.Kind.SetMark:
                _setState.Run("purged", JsonSerializer.Serialize(operation.Mark!, WireJson.Default.PurgeMark));
                break;
        }
    }
}
