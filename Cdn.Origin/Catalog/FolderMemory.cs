using System.Collections.Concurrent;
using System.Globalization;
using Cdn.Contracts;
using Cdn.Origin.Files;
using Cdn.ServiceDefaults;
using Cdn.Storage.Files;
using Cdn.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace Cdn.Origin.Catalog;

/// <summary>
/// What the origin remembers over a restart, in <c>STATE_DIR/origin.db</c>: the digest of each file with the version that was
/// read, so that no file is hashed twice, what was mounted where, times that were given, and the revision that was published
/// last. It is read at the start; from then on one thread alone has the connection, and writes what it is given in groups.
/// </summary>
internal sealed partial class FolderMemory : IDisposable
{
    /// <summary>Time that what is not written yet has at the end: 2 s. What is lost is hashed again.</summary>
    private static readonly TimeSpan CloseWithin = TimeSpan.FromSeconds(2);

    private readonly SqliteDatabase _database;
    private readonly BlockingCollection<MemoryBatch> _batches = [];
    private readonly ILogger<FolderMemory> _logger;
    private readonly Thread _writer;

    /// <exception cref="OperatorException">The state cannot be kept in that folder.</exception>
    public FolderMemory(IOptions<OriginOptions> options, ILogger<FolderMemory> logger)
    {
        _logger = logger;
        var folder = Path.GetFullPath(options.Value.StateDir);
        try
        {
            Directory.CreateDirectory(folder);
            _database = SqliteDatabase.OpenOrReplace(
                Path.Combine(folder, "origin.db"), SqliteDurability.Relaxed, MemorySchema.Create, (file, _) => SetAside(file));
            LastPublished = (long.Parse(Read("revision") ?? "0", CultureInfo.InvariantCulture), Read("content"));
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            _database?.Dispose();
            throw new OperatorException($"STATE_DIR {folder} cannot hold the origin's state: {e.Message.TrimEnd('.')}.", e);
        }

        _writer = new Thread(WriteAll) { IsBackground = true, Name = "memory" };
    }

    /// <summary>The last published revision and the sum of its content; 0 and null for a new state.</summary>
    public (long Revision, string? Content) LastPublished { get; }

    /// <summary>Reads everything, once; from then on it is only written.</summary>
    public RememberedFolder Load()
    {
        var times = new LastModifiedTimes();
        DateTimeOffset? forgotten = Read("forgotten") is { } seconds
            ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture))
            : null;
        times.Restore(LoadRemoved(), forgotten);
        var mounts = _database.Read("SELECT folder, device FROM mounts", row => (Folder: row.GetString(0), Device: (ulong)row.GetInt64(1)))
            .ToDictionary(mount => mount.Folder, mount => mount.Device);
        return new RememberedFolder(LoadVideos(), mounts, times, LastPublished.Revision > 0);
    }

    /// <summary>Begins to write. Nothing is read from then on.</summary>
    public void Start() => _writer.Start();

    /// <summary>
    /// Writes this as soon as it is its turn. If that fails, something is hashed again after a restart, nothing more.
    /// </summary>
    /// <returns>Ends when it was tried.</returns>
    public Task Write(MemoryBatch batch)
    {
        if (_batches.IsAddingCompleted)
        {
            batch.Written.SetResult();
        }
        else
        {
            _batches.Add(batch);
        }

        return batch.Written.Task;
    }

    public void SetPublished(long revision, string content) => Write(new MemoryBatch { Published = (revision, content) });

    public void Dispose()
    {
        _batches.CompleteAdding();
        if (!_writer.IsAlive || _writer.Join(CloseWithin))
        {
            _database.Dispose();
        }
    }

    /// <summary>Hashes can be made again: a damaged file is put aside, not a reason to stay down.</summary>
    private static void SetAside(string file)
    {
        if (File.Exists(file))
        {
            File.Move(file, $"{file}.damaged", overwrite: true);
        }
    }

    private IEnumerable<PublishedVideo> LoadVideos()
    {
        return _database
            .Read("SELECT name, device, inode, size, modified, changed, sha256, last_modified FROM files", ToVideo)
            .OfType<PublishedVideo>();

        PublishedVideo? ToVideo(SqliteDataReader row)
        {
            if (!VideoName.TryParse(row.GetString(0), out var name, out _)
                || row.GetValue(6) is not byte[] { Length: Sha256Digest.ByteLength } digest)
            {
                return null;
            }

            var identity = new FileIdentity(
                (ulong)row.GetInt64(1), (ulong)row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));
            var lastModified = DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(7));
            return new PublishedVideo(
                new CatalogVideo(name, identity.Size, new Sha256Digest(digest), ContentTypes.Of(name), lastModified), identity)
            {
                IsRemembered = true,
            };
        }
    }

    private IEnumerable<RemovedVideo> LoadRemoved()
    {
        foreach (var (text, hash, seconds) in _database.Read(
            "SELECT name, sha256, last_modified FROM removed ORDER BY number", row => (row.GetString(0), (byte[])row.GetValue(1), row.GetInt64(2))))
        {
            if (VideoName.TryParse(text, out var name, out _) && hash.Length == Sha256Digest.ByteLength)
            {
                yield return new RemovedVideo(name, new Sha256Digest(hash), DateTimeOffset.FromUnixTimeSeconds(seconds));
            }
        }
    }

    private string? Read(string key) => (string?)_database.Ask("SELECT value FROM state WHERE key = $key", ("$key", key));

    private void WriteAll()
    {
        using var writer = new MemoryWriter(_database);
        foreach (var batch in _batches.GetConsumingEnumerable())
        {
            try
            {
                writer.Write(batch);
            }
            catch (SqliteException e)
            {
                LogNotRemembered(_logger, e.Message);
            }

            batch.Written.SetResult();
        }
    }

    [LoggerMessage(EventId = 113, Level = LogLevel.Warning, Message = "The state could not be written: {Reason}")]
    private static partial void LogNotRemembered(ILogger logger, string reason);
}
