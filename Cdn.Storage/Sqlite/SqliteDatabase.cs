using Microsoft.Data.Sqlite;

namespace Cdn.Storage.Sqlite;

/// <summary>When what was committed is on the disk.</summary>
public enum SqliteDurability
{
    /// <summary>At the next checkpoint: a power cut may take the last transactions, a crash of the process takes none.</summary>
    Relaxed,

    /// <summary>When the transaction ends.</summary>
    Full,
}

/// <summary>
/// A SQLite file as every service opens it: WAL, one connection, no pool. Not thread-safe: it belongs to whoever opened it. Text
/// of SQL is always a literal of the caller; what comes from outside goes into parameters.
/// </summary>
public sealed class SqliteDatabase : IDisposable
{
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    private readonly SqliteConnection _connection;

    private SqliteDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary><c>PRAGMA user_version</c>: the version of the tables, 0 for a new file.</summary>
    public long Version
    {
        get => (long)Ask("PRAGMA user_version")!;
        set => Execute($"PRAGMA user_version = {value}");
    }

    /// <summary>Opens or makes a file.</summary>
    /// <exception cref="SqliteException">It is damaged (<see cref="IsDamage"/>), or cannot be used.</exception>
    public static SqliteDatabase Open(string path, SqliteDurability durability)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        try
        {
            connection.Open();
            var database = new SqliteDatabase(connection);
            if (database.Ask("PRAGMA quick_check(1)") is not "ok")
            {
                throw new SqliteException("The file is damaged.", Corrupt);
            }

            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute(durability == SqliteDurability.Full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            return database;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The same; a file that is of no use is handed to <paramref name="setAside"/>, piece by piece, and a new one is made.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="durability">See there.</param>
    /// <param name="use">
    /// Makes the tables, and says by an exception of <see cref="Damage"/> if these are others than it knows.
    /// </param>
    /// <param name="setAside">Takes a path away, if there is something, and hears why.</param>
    public static SqliteDatabase OpenOrReplace(
        string path, SqliteDurability durability, Action<SqliteDatabase> use, Action<string, string> setAside)
    {
        ArgumentNullException.ThrowIfNull(use);
        ArgumentNullException.ThrowIfNull(setAside);
        try
        {
            return OpenAndUse();
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            foreach (var suffix in (string[])["", "-wal", "-shm"])
            {
                setAside(path + suffix, e.Message);
            }

            return OpenAndUse();
        }

        SqliteDatabase OpenAndUse()
        {
            var database = Open(path, durability);
            try
            {
                use(database);
                return database;
            }
            catch
            {
                database.Dispose();
                throw;
            }
        }
    }

    /// <summary>Whether an error means that the file is of no use, and not that it cannot be used now.</summary>
    public static bool IsDamage(SqliteException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.SqliteErrorCode is Corrupt or NotADatabase;
    }

    /// <summary>An error that <see cref="IsDamage"/>.</summary>
    public static SqliteException Damage(string message) => new(message, Corrupt);

    /// <summary>Runs statements. Returns how many rows they changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteNonQuery();
    }

    /// <summary>The first column of the first row; null without one.</summary>
    public object? Ask(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar() is var value and not DBNull ? value : null;
    }

    /// <summary>All rows of a query, as they are read.</summary>
    public IEnumerable<T> Read<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return read(reader);
        }
    }

    /// <summary>Whether there is a table of this name.</summary>
    public bool HasTable(string table) =>
        Ask("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $table", ("$table", table)) is not null;

    /// <summary>A statement that is run many times, with other values each time.</summary>
    public SqliteStatement Prepare(string sql, params ReadOnlySpan<string> parameters) => new(Command(sql), parameters);

    /// <summary>
    /// Runs all of it or nothing. With <see cref="SqliteDurability.Full"/> it is on the disk when this returns.
    /// </summary>
    public void Transact(Action changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        Execute("BEGIN IMMEDIATE");
        try
        {
            changes();
            Execute("COMMIT");
        }
        catch
        {
            TryRollBack();
            throw;
        }
    }

    /// <inheritdoc />
    public void Dispose() => _connection.Dispose();

    private void TryRollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself, as it does on a full disk; or the file is gone.
        }
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Only literals come here: see the class.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }
}
