using Microsoft.Data.Sqlite;

namespace Cdn.Origin.State;

/// <summary>Reads what the origin keeps in SQLite.</summary>
internal static class SqliteRows
{
    /// <summary>All rows of a query.</summary>
    /// <param name="database">The database.</param>
    /// <param name="sql">A literal of the caller, never text from outside.</param>
    /// <param name="read">What to make of a row.</param>
    public static List<T> Read<T>(this SqliteConnection database, string sql, Func<SqliteDataReader, T> read)
    {
        using var command = database.CreateCommand();
#pragma warning disable CA2100 // See above.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
