using System.Threading.Channels;
using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;
using Cdn.Transfer.Sets;

namespace Cdn.Replica.Store;

/// <summary>
/// The one that changes the store. Commands are done in groups: files first, one flush of the disk, one transaction of the index
/// that is on the disk when it ends; then the new revision is published, and what nobody needs any more is removed. Wherever that
/// is cut off, the next start finds what is recorded whole, and removes the rest.
/// </summary>
internal sealed partial class StoreWriter : IDisposable
{
    /// <summary>Requests that may wait, each of one command or some: 1,024. Whoever brings more waits himself.</summary>
    private const int Queue = 1024;

    /// <summary>Commands of a group: 2,048, some 0.1 s of work.</summary>
    private const int MostCommands = 2048;

    /// <summary>Bytes of a group, after which the next one begins: 32 MiB, as much as a push of many.</summary>
    private const long MostBytes = 32 * 1024 * 1024;

    /// <summary>Files from which on the whole file system is flushed, and not each of them: 8.</summary>
    private const int Many = 8;

    private readonly Channel<IReadOnlyList<StoreCommand>> _commands =
        Channel.CreateBounded<IReadOnlyList<StoreCommand>>(new BoundedChannelOptions(Queue) { SingleReader = true });

    private readonly VersionedSet<HeldContent> _set = new(SetDigest.Of);
    private readonly StoreContext _context;
    private readonly ILogger<StoreWriter> _logger;
    private readonly Task _loop;
    private volatile StoreRevision _current;
    private StoreIndex? _index;

    public StoreWriter(StoreContext context, ILogger<StoreWriter> logger)
    {
        (_context, _logger) = (context, logger);
        _current = Nothing();
        _loop = Task.Factory.StartNew(
            Run, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    /// <summary>What is held.</summary>
    public StoreRevision Current => _current;

    /// <summary>The names of it, as they are followed.</summary>
    public VersionedSet<HeldContent> Set => _set;

    /// <summary>Has a command done.</summary>
    public async Task<StoreResult<T>> DoAsync<T>(StoreCommand<T> command)
    {
        await DoAllAsync([command]);
        return await command.Result;
    }

    /// <summary>Has commands done together. It ends when they are on their way; each has a result of its own.</summary>
    public async ValueTask DoAllAsync(IReadOnlyList<StoreCommand> commands)
    {
        try
        {
            await _commands.Writer.WriteAsync(commands);
        }
        catch (ChannelClosedException)
        {
            foreach (var command in commands)
            {
                command.Fail(StoreFailure.Closed);
            }
        }
    }

    /// <summary>
    /// From now on this is what is held. Called from <see cref="ExclusiveCommand"/> alone, which has the writer to itself.
    /// </summary>
    public void Load(StoreIndex index, PersistentMap<VideoName, HeldContent> names, PersistentMap<Sha256Digest, HeldObject> objects)
    {
        _index = index;
        _current = new StoreRevision(_set.Restart(names), objects, _current.Purges, index.Mark());
    }

    /// <summary>From now on nothing is held. As above.</summary>
    public void Unload()
    {
        _index?.Dispose();
        _index = null;
        _set.Restart(PersistentMap<VideoName, HeldContent>.Empty);
        _context.Clear();
        _current = Nothing();
    }

    /// <summary>What was asked for is done first.</summary>
    public void Dispose()
    {
        if (_commands.Writer.TryComplete())
        {
            _loop.Wait();
            _index?.Dispose();
            _index = null;
        }
    }

    private StoreRevision Nothing() => new(
        _set.Current, PersistentMap<Sha256Digest, HeldObject>.Empty, _current?.Purges ?? PurgeHistory.None, null);

    private void Run()
    {
        var group = new List<StoreCommand>();
        while (_commands.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            while (_commands.Reader.TryRead(out var commands))
            {
                if (commands is [ExclusiveCommand alone])
                {
                    Flush(group);
                    alone.Run();
                    continue;
                }

                group.AddRange(commands);
                if (group.Count >= MostCommands || group.Sum(command => command.Bytes) >= MostBytes)
                {
                    Flush(group);
                }
            }

            Flush(group);
        }
    }

    private void Flush(List<StoreCommand> group)
    {
        if (group.Count > 0)
        {
            Do(group);
            group.Clear();
        }
    }

    /// <summary>Does a group; what has to wait for the rest of it to be published is done after that.</summary>
    private void Do(List<StoreCommand> group)
    {
        for (var rest = group; rest.Count > 0;)
        {
            if (_index is not { } index)
            {
                rest.ForEach(command => command.Fail(StoreFailure.Closed));
                return;
            }

            var change = new StoreChange(_current, _context, index.NextId);
            var (accepted, later) = Prepare(rest, change);
            Write(index, change, accepted);
            rest = later;
        }
    }

    private (List<StoreCommand> Accepted, List<StoreCommand> Later) Prepare(List<StoreCommand> group, StoreChange change)
    {
        var accepted = new List<StoreCommand>(group.Count);
        for (var i = 0; i < group.Count; i++)
        {
            var command = group[i];
            if (command is CommitCommand commit && change.IsRemoving(commit.Name, commit.Digest))
            {
                return (accepted, group[i..]); // Order is kept: the others wait as well.
            }

            var point = change.Now;
            try
            {
                command.Prepare(change);
                accepted.Add(command);
            }
            catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
            {
                change.UndoTo(point, Tolerate);
                command.Fail(StoreFailure.Of(e));
            }
        }

        return (accepted, []);
    }

    private void Write(StoreIndex index, StoreChange change, List<StoreCommand> accepted)
    {
        try
        {
            Sync(change.Unsynced);
            if (change.Operations.Count > 0)
            {
                index.Write(change.Operations);
            }
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            LogNotWritten(_logger, accepted.Count, e.Message);
            change.UndoTo(default(StoreChange.Point) with { Purges = _current.Purges, Mark = _current.Mark }, Tolerate);
            accepted.ForEach(command => command.Fail(StoreFailure.Of(e)));
            return;
        }

        _context.Watch?.TakeIn(_current); // Before what is new is held, so that what we did to it ourselves is no news.
        _current = new StoreRevision(_set.Apply(change.ChangedNames), change.Objects(), change.Purges, change.Mark);
        change.Finish(Tolerate);
        accepted.ForEach(command => command.Done());
    }

    private void Sync(List<string> unsynced)
    {
        if (unsynced.Count > Many)
        {
            DurableFile.SyncFileSystem(_context.Layout.Objects);
            return;
        }

        foreach (var path in unsynced.Distinct())
        {
            DurableFile.SyncFolder(path);
        }
    }

    /// <summary>Does what the next start would mend if it failed, and what nothing should fail for.</summary>
    private void Tolerate(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            LogNotCleanedUp(_logger, e.Message);
        }
    }

    [LoggerMessage(EventId = 302, Level = LogLevel.Warning, Message = "Something stays on the disk until the next start: {Reason}")]
    private static partial void LogNotCleanedUp(ILogger logger, string reason);

    [LoggerMessage(EventId = 304, Level = LogLevel.Error, Message = "{Count} changes of the store could not be written: {Reason}")]
    private static partial void LogNotWritten(ILogger logger, int count, string reason);
}
