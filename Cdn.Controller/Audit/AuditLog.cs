using System.Collections.Immutable;
using Cdn.Storage.Files;
using Cdn.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Audit;

/// <summary>What an operator changed, or tried to.</summary>
/// <param name="Number">Later ones have higher numbers.</param>
/// <param name="At">When it began.</param>
/// <param name="Who">The name of the key.</param>
/// <param name="From">The client's address.</param>
/// <param name="What">The call, and what it was about.</param>
/// <param name="Status">How it was answered; absent if it has not ended, or this process ended first.</param>
/// <param name="Outcome">What came of it, or why it was refused.</param>
internal sealed record AuditEntry(
    long Number, DateTimeOffset At, string Who, string From, string What, int? Status, string? Outcome);

/// <summary>
/// Who changed what, when, from where, and what came of it: in <c>STATE_DIR/audit.db</c>, on the disk before a change begins.
/// What cannot be written there is in the log of this process all the same, and keeps no operator from a change.
/// </summary>
internal sealed partial class AuditLog(IOptions<ControllerOptions> options, TimeProvider time, ILogger<AuditLog> logger)
    : IDisposable
{
    /// <summary>Entries that are kept: 10,000, some 3 MB. The oldest go first.</summary>
    public const int MaxEntries = 10_000;

    /// <summary>Longest text of an entry: 1,024 characters; of a longer one the beginning.</summary>
    private const int MaxText = 1024;

    private readonly Lock _gate = new();
    private SqliteDatabase? _database;

    /// <summary>Whether anything is kept: <c>STATE_DIR</c> is set.</summary>
    public bool IsKept => options.Value.StateDir.Length > 0;

    /// <summary>Records that a change begins.</summary>
    /// <returns>Its number; 0 if it could not be kept.</returns>
    public long Begin(string who, string from, string what)
    {
        what = Cut(what);
        LogBegun(logger, who, from, what);
        return Try(database =>
        {
            long number = 0;
            database.Transact(() =>
            {
                number = (long)database.Ask(
                    "INSERT INTO audit (at, who, source, what) VALUES ($at, $who, $from, $what) RETURNING number",
                    ("$at", time.GetUtcNow().ToUnixTimeMilliseconds()), ("$who", who), ("$from", from), ("$what", what))!;
                database.Execute("DELETE FROM audit WHERE number <= $oldest", ("$oldest", number - MaxEntries));
            });
            return number;
        });
    }

    /// <summary>Records what came of it.</summary>
    public void End(long number, string who, int status, string? outcome)
    {
        outcome = Cut(outcome ?? "");
        LogEnded(logger, who, status, outcome);
        Try(database => database.Execute(
            "UPDATE audit SET status = $status, outcome = $outcome WHERE number = $number",
            ("$status", status), ("$outcome", outcome), ("$number", number)));
    }

    /// <summary>Entries, the last first.</summary>
    /// <param name="before">Only those with a lower number.</param>
    /// <param name="limit">At most so many.</param>
    /// <returns>Null if they cannot be read.</returns>
    public IReadOnlyList<AuditEntry>? Read(long before, int limit) => Try(IReadOnlyList<AuditEntry>? (database) =>
    {
        using var page = database.Prepare(
            """
            SELECT number, at, who, source, what, status, outcome FROM audit
            WHERE number < $before ORDER BY number DESC LIMIT $limit
            """,
            "$before", "$limit");
        return [.. page.Read(
            row => new AuditEntry(
                row.GetInt64(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetString(2), row.GetString(3),
                row.GetString(4),
                row.IsDBNull(5) ? null : row.GetInt32(5),
                row.IsDBNull(6) || row.GetString(6).Length == 0 ? null : row.GetString(6)),
            before, limit)];
    });

    public void Dispose() => _database?.Dispose();

    private T? Try<T>(Func<SqliteDatabase, T> work)
    {
        if (!IsKept)
        {
            return default;
        }

        lock (_gate)
        {
            try
            {
                return work(_database ??= Open());
            }
            catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
            {
                LogNotKept(logger, e.Message);
                return default;
            }
        }
    }

    /// <summary>One that is damaged is put aside, for people to look at.</summary>
    private SqliteDatabase Open()
    {
        var folder = Path.GetFullPath(options.Value.StateDir);
        Directory.CreateDirectory(folder);
        return SqliteDatabase.OpenOrReplace(
            Path.Combine(folder, "audit.db"),
            SqliteDurability.Full,
            database => database.Execute("""
                CREATE TABLE IF NOT EXISTS audit (
                    number INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT NOT NULL, source TEXT NOT NULL,
                    what TEXT NOT NULL, status INTEGER, outcome TEXT) STRICT;
                """),
            (file, reason) =>
            {
                if (File.Exists(file))
                {
                    LogDamaged(logger, file, reason);
                    File.Move(file, file + ".damaged", overwrite: true);
                }
            });
    }

    private static string Cut(string text) => text.Length <= MaxText ? text : text[..MaxText];

    [LoggerMessage(EventId = 590, Level = LogLevel.Information, Message = "Operator {Who}, from {From}: {What}")]
    private static partial void LogBegun(ILogger logger, string who, string from, string what);

    [LoggerMessage(EventId = 591, Level = LogLevel.Information, Message = "Operator {Who} was answered {Status} {Outcome}")]
    private static partial void LogEnded(ILogger logger, string who, int status, string outcome);

    [LoggerMessage(
        EventId = 592,
        Level = LogLevel.Error,
        Message = "The audit log cannot be used, and what operators do is in this log alone: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string reason);

    [LoggerMessage(EventId = 593, Level = LogLevel.Error, Message = "{File} is damaged, and is put aside: {Reason}")]
    private static partial void LogDamaged(ILogger logger, string file, string reason);
}
