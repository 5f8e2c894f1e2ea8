using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.ServiceDefaults;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.Storage.Files;
using Cdn.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Origin.Ledger;

/// <summary>
/// What was purged and what is blocked, in <c>STATE_DIR/purges.db</c>. Unlike hashes it cannot be made again, so it is on the
/// disk before anybody is answered, and a damaged file is for the operator to decide on.
/// </summary>
internal sealed class PurgeLedger : IDisposable
{
    private readonly Lock _gate = new();
    private readonly NextChange _changed = new();
    private readonly SqliteDatabase _database;
    private volatile PurgeLog _log;
    private volatile BlockSet _blocks;

    /// <exception cref="OperatorException">The file is damaged or cannot be written.</exception>
    public PurgeLedger(IOptions<OriginOptions> options)
    {
        var file = Path.Combine(Path.GetFullPath(options.Value.StateDir), "purges.db");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            _database = SqliteDatabase.Open(file, SqliteDurability.Full);
            _database.Execute("""
                CREATE TABLE IF NOT EXISTS purges (number INTEGER PRIMARY KEY, what TEXT NOT NULL UNIQUE);
                CREATE TABLE IF NOT EXISTS blocks (what TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (what, sha256)) WITHOUT ROWID;
                CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                """);
            _database.Execute(
                "INSERT OR IGNORE INTO state VALUES ('id', $id), ('last', '0'), ('closed', '0')",
                ("$id", Guid.NewGuid().ToString("N")[..16]));
            _log = ReadLog();
            _blocks = ReadBlocks();
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e) || e is JsonException)
        {
            _database?.Dispose();
            throw new OperatorException(
                $"{file} cannot be used, and says what was purged and blocked; mend it, or move it away to forget that: {e.Message.TrimEnd('.')}.", e);
        }
    }

    /// <summary>All purges that not every replica has confirmed.</summary>
    public PurgeLog Log => _log;

    /// <summary>Ends when <see cref="Log"/> changes.</summary>
    public Task NextChange => _changed.Task;

    /// <summary>What is not published.</summary>
    public BlockSet Blocks => _blocks;

    /// <summary>Adds a purge, which takes the place of an equal one, and what it blocks. Null if too many are open.</summary>
    public PurgeLog? Add(PurgeSelector what, IEnumerable<Block> blocks)
    {
        lock (_gate)
        {
            if (_log.Open.Length >= Limits.MaxOpenPurges && !what.All)
            {
                return null;
            }

            _database.Transact(() =>
            {
                var text = ("$what", ToText(what));
                _database.Execute(what.All ? "DELETE FROM purges" : "DELETE FROM purges WHERE what = $what", text);
                SetNumber("last", _log.Last + 1);
                _database.Execute("INSERT INTO purges VALUES ($number, $what)", ("$number", _log.Last + 1), text);
                foreach (var block in blocks)
                {
                    _database.Execute(
                        "INSERT OR IGNORE INTO blocks VALUES ($what, $sha256)",
                        ("$what", ToText(block.What)),
                        ("$sha256", block.Sha256?.ToString() ?? ""));
                }
            });
            (_log, _blocks) = (ReadLog(), ReadBlocks());
            _changed.Raise();
            return _log;
        }
    }

    /// <summary>Forgets purges that every replica has confirmed. A caller who means another log changes nothing.</summary>
    public PurgeLog Close(string log, long through)
    {
        lock (_gate)
        {
            if (log == _log.Id && through > _log.Closed && through <= _log.Last)
            {
                _database.Transact(() =>
                {
                    _database.Execute("DELETE FROM purges WHERE number <= $through", ("$through", through));
                    SetNumber("closed", through);
                });
                _log = ReadLog();
                _changed.Raise();
            }

            return _log;
        }
    }

    /// <summary>Lifts every block that says this and nothing else. Returns how many there were.</summary>
    public int Lift(PurgeSelector what)
    {
        lock (_gate)
        {
            var lifted = _database.Execute("DELETE FROM blocks WHERE what = $what", ("$what", ToText(what)));
            _blocks = ReadBlocks();
            return lifted;
        }
    }

    public void Dispose() => _database.Dispose();

    private static string ToText(PurgeSelector what) => JsonSerializer.Serialize(what, WireJson.Default.PurgeSelector);

    private static PurgeSelector ToSelector(string text) =>
        JsonSerializer.Deserialize(text, WireJson.Default.PurgeSelector) ?? throw new JsonException("A purge is null.");

    private PurgeLog ReadLog()
    {
        var state = _database.Read("SELECT key, value FROM state", row => (Key: row.GetString(0), Value: row.GetString(1)))
            .ToDictionary(entry => entry.Key, entry => entry.Value);
        return new PurgeLog(
            state["id"],
            long.Parse(state["last"], CultureInfo.InvariantCulture),
            long.Parse(state["closed"], CultureInfo.InvariantCulture),
            [.. _database.Read("SELECT number, what FROM purges ORDER BY number", row => new Contracts.Purge(row.GetInt64(0), ToSelector(row.GetString(1))))]);
    }

    private BlockSet ReadBlocks() => new(
        [.. _database.Read("SELECT what, sha256 FROM blocks", row => new Block(
            ToSelector(row.GetString(0)), Sha256Digest.TryParseHex(row.GetString(1), out var digest) ? digest : null))]);

    private void SetNumber(string key, long number) => _database.Execute(
        "UPDATE state SET value = $value WHERE key = $key", ("$key", key), ("$value", number.ToString(CultureInfo.InvariantCulture)));
}
