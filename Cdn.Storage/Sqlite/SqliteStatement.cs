using Microsoft.Data.Sqlite;

namespace Cdn.Storage.Sqlite;

/// <summary>A statement that is compiled once and run many times.</summary>
public sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand _command;

    internal SqliteStatement(SqliteCommand command, ReadOnlySpan<string> parameters)
    {
        _command = command;
        foreach (var parameter in parameters)
        {
            _command.Parameters.Add(new SqliteParameter { ParameterName = parameter });
        }
    }

    /// <summary>Runs it with these values, in the order of the parameters. Returns how many rows it changed.</summary>
    public int Run(params ReadOnlySpan<object> values)
    {
        Bind(values);
        return _command.ExecuteNonQuery();
    }

    /// <summary>Runs it and returns the first column of the first row; null without one.</summary>
    public object? Ask(params ReadOnlySpan<object> values)
    {
        Bind(values);
        return _command.ExecuteScalar() is var value and not DBNull ? value : null;
    }

    /// <summary>All rows, as they are read.</summary>
    public IEnumerable<T> Read<T>(Func<SqliteDataReader, T> read, params ReadOnlySpan<object> values)
    {
        Bind(values);
        return ReadRows(read);
    }

    /// <inheritdoc />
    public void Dispose() => _command.Dispose();

    private IEnumerable<T> ReadRows<T>(Func<SqliteDataReader, T> read)
    {
        using var reader = _command.ExecuteReader();
        while (reader.Read())
        {
            yield return read(reader);
        }
    }

    private void Bind(ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i];
        }
    }
}
