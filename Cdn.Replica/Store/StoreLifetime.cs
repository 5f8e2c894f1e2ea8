using System.Runtime;
using Cdn.Replica.State;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Store;

/// <summary>Opens the store, and opens it again when its folder was taken away.</summary>
internal sealed partial class StoreLifetime(
    VideoStore store, StoreWriter writer, StoreContext context, StoreOpener opener, IOptions<ReplicaOptions> options, TimeProvider time,
    ILogger<StoreLifetime> logger) : IDisposable
{
    /// <summary>Days that damaged files are kept for somebody to look at: 7.</summary>
    private static readonly TimeSpan QuarantineFor = TimeSpan.FromDays(7);

    /// <summary>Videos from which loading them leaves a good deal of garbage: 10,000.</summary>
    private const int Many = 10_000;

    private readonly StoreLayout _layout = context.Layout;
    private FileStream? _lockFile;

    /// <summary>Objects that are to be read again, because their files were not as they were left.</summary>
    public List<Contracts.Sha256Digest> Suspects { get; private set; } = [];

    /// <summary>Whether the folder is still the one that was opened.</summary>
    public bool IsThere() => _lockFile is not null && File.Exists(_layout.Lock) && Directory.Exists(_layout.Objects) && File.Exists(_layout.Index);

    /// <summary>Takes the folder for this process. What is wrong with it is the operator's to mend.</summary>
    /// <exception cref="IOException">The folder cannot be used, or another replica has it.</exception>
    public void Claim()
    {
        Directory.CreateDirectory(_layout.Root);
        _lockFile ??= new FileStream(_layout.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        _layout.CreateFolders();
    }

    /// <summary>Opens what there is. It ends when that is done, which may take minutes; until then nothing is held.</summary>
    public Task OpenAsync() => RunAsync(Open);

    /// <summary>Forgets everything and opens what is there now; for a disk that was taken away or replaced.</summary>
    public Task ReopenAsync() => RunAsync(() =>
    {
        Close();
        Claim();
        Open();
    });

    public void Dispose()
    {
        writer.Dispose();
        writer.Watch?.Dispose();
        _lockFile?.Dispose();
    }

    private async Task RunAsync(Action action)
    {
        var command = new ExclusiveCommand(action);
        await writer.DoAsync(command);
        await command.Ended;
    }

    private void Open()
    {
        store.Opening ??= "the store is being opened";
        RemoveHalfWay();
        RemoveOld(_layout.Quarantine, QuarantineFor);
        RemoveOld(_layout.Incoming, TimeSpan.FromHours(options.Value.IncomingHours));
        writer.Watch?.Dispose();
        writer.Watch = FolderWatch.TryStart(_layout.ObjectFolders) is { } watch ? new ObjectWatch(watch) : null;
        var opened = opener.Open(progress => store.Opening = progress);
        foreach (var folder in (string[])[_layout.Incoming, _layout.Quarantine])
        {
            context.Room.Count(new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length));
        }

        Suspects = opened.Suspects;
        writer.Load(opened.Index, opened.Names, opened.Objects);
        if (opened.Names.Count > Many)
        {
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // Loading leaves more behind than it built.
        }

        store.Opening = null;
        if (context.Room.Used > context.Room.Capacity)
        {
            LogTooMuch(logger, context.Room.Used, context.Room.Capacity);
        }
    }

    private void Close()
    {
        store.Opening = "the store was taken away; what is there now is being opened";
        writer.Watch?.Dispose();
        writer.Watch = null;
        writer.Unload();
        _lockFile?.Dispose();
        _lockFile = null;
    }

    /// <summary>Removes what a process that ended in the middle left on its way.</summary>
    private void RemoveHalfWay()
    {
        foreach (var prefix in (string[])[StoreLayout.LinkPrefix, StoreLayout.EarlyPrefix])
        {
            foreach (var path in Directory.EnumerateFiles(_layout.Incoming, prefix + "*").ToList())
            {
                File.Delete(path);
            }
        }
    }

    private void RemoveOld(string folder, TimeSpan olderThan)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles().Where(file => time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > olderThan))
        {
            file.Delete();
        }
    }

    [LoggerMessage(EventId = 321, Level = LogLevel.Error,
        Message = "The store holds {Used} bytes, which is more than its CAPACITY of {Capacity}: what was pulled is evicted, and nothing is taken until it fits")]
    private static partial void LogTooMuch(ILogger logger, long used, long capacity);
}
