using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;
using Microsoft.Data.Sqlite;

namespace Cdn.Replica.Store;

/// <summary>
/// What this replica holds. Reading touches memory only; a change is written to the index and the disk under one lock, in an
/// order that leaves something consistent wherever it is cut off: object, then index, then name; and the other way round to
/// remove. <see cref="Reconciler"/> finishes at start what was cut off.
/// </summary>
internal sealed partial class VideoStore(
    StoreLayout layout, SpaceBudget budget, Reconciler reconciler, ILogger<VideoStore> logger) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<VideoName, HeldObject> _held = new();
    private readonly Dictionary<Sha256Digest, (HeldObject Object, int Names)> _objects = [];
    private StoreIndex? _index;
    private FileStream? _lockFile;
    private string _identity = "";
    private long _revision;
    private InventorySnapshot? _inventory;

    /// <summary>Videos held.</summary>
    public int Count => _held.Count;

    /// <summary>Opens the store, or makes a new one, and brings index and disk into agreement.</summary>
    /// <exception cref="IOException">The folder cannot be used, or another replica has it.</exception>
    public void Open()
    {
        lock (_gate)
        {
            layout.CreateFolders();
            _lockFile = new FileStream(layout.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            List<(VideoName, HeldObject)> videos;
            try
            {
                (_index, videos) = reconciler.OpenIndex();
            }
            catch
            {
                Close();
                throw;
            }

            foreach (var (name, held) in videos)
            {
                _held[name] = held;
                Refer(held);
            }

            Changed();
        }
    }

    /// <summary>Whether the store is open, and its folder still the one that was opened.</summary>
    public bool IsUsable() =>
        _index is not null && File.Exists(layout.Lock) && Directory.Exists(layout.Objects) && File.Exists(layout.Index);

    /// <summary>Forgets everything and opens what is there now; for a disk that was taken away or replaced.</summary>
    public void Reopen()
    {
        lock (_gate)
        {
            Close();
            _held.Clear();
            _objects.Clear();
            budget.Reset();
            Changed();
            Open();
        }
    }

    /// <summary>The object that a name has.</summary>
    public bool TryGet(VideoName name, [NotNullWhen(true)] out HeldObject? held) => _held.TryGetValue(name, out held);

    /// <summary>The object of this content, under whatever name.</summary>
    public bool TryGetObject(Sha256Digest digest, [NotNullWhen(true)] out HeldObject? held)
    {
        lock (_gate)
        {
            held = _objects.TryGetValue(digest, out var entry) ? entry.Object : null;
            return held is not null;
        }
    }

    /// <summary>
    /// Opens what a name has for reading; null if it is not held, or cannot be read. An object that is not on the disk as it
    /// should be is set aside. A version that was replaced in this very moment is not one: then the new one is opened.
    /// </summary>
    public (HeldObject Object, FileStream File)? OpenRead(VideoName name)
    {
        while (TryGet(name, out var held))
        {
            if (TryOpen(held, out var file))
            {
                return (held, file);
            }

            if (TryGet(name, out var now) && now == held)
            {
                SetAside(held);
                return null;
            }
        }

        return null;
    }

    /// <summary>
    /// Records that a name has an object, which is verified and in its place under <c>objects/</c>. The last push of a content
    /// says its modification time, for all names that have it: so replicas agree, whatever they got first.
    /// </summary>
    /// <exception cref="IOException">The object is gone, or its name cannot be linked.</exception>
    public void Hold(VideoName name, HeldObject held)
    {
        lock (_gate)
        {
            if (!File.Exists(layout.ObjectOf(held.Sha256)))
            {
                throw new IOException("The object was removed while its name was being recorded.");
            }

            foreach (var displaced in NamesInTheWay(name))
            {
                RemoveLocked(displaced);
            }

            // What can fail comes first: the name on the disk, which the next start mends, then the index.
            StoreFile.LinkName(layout, name, held);
            Index.Put(name, held);
            _held.TryGetValue(name, out var before);
            _held[name] = held;
            Refer(held);
            Changed();
            if (before is not null)
            {
                Release(before);
            }

            Redate(held);
        }
    }

    /// <summary>Purges a name, and its object if no other name has it. Open readers finish undisturbed.</summary>
    /// <returns>What it had; null if it was not held.</returns>
    public HeldObject? Remove(VideoName name)
    {
        lock (_gate)
        {
            return RemoveLocked(name);
        }
    }

    /// <summary>Everything held, as one immutable snapshot with its tag.</summary>
    public InventorySnapshot Inventory()
    {
        lock (_gate)
        {
            return _inventory ??= InventorySnapshot.Of(_held, _revision, _identity);
        }
    }

    public void Dispose() => Close();

    private StoreIndex Index => _index ?? throw new IOException("The store is not open.");

    private HeldObject? RemoveLocked(VideoName name)
    {
        if (!_held.TryGetValue(name, out var held))
        {
            return null;
        }

        Index.Remove(name);
        _held.TryRemove(name, out _);
        Changed();
        CleanUp(() => StoreFile.UnlinkName(layout, name));
        Release(held);
        return held;
    }

    /// <summary>Gives an object, and all names that have it, another modification time.</summary>
    private void Redate(HeldObject held)
    {
        if (_objects[held.Sha256].Names > 1)
        {
            foreach (var (name, _) in _held.Where(entry => entry.Value.Sha256 == held.Sha256 && entry.Value != held).ToList())
            {
                Index.Put(name, held);
                _held[name] = held;
            }
        }

        CleanUp(() => StoreFile.Redate(layout, held));
    }

    /// <summary>Opens an object that is whole; what cannot be read now (rights, a broken disk) is none.</summary>
    private bool TryOpen(HeldObject held, [NotNullWhen(true)] out FileStream? file)
    {
        file = null;
        try
        {
            file = new FileStream(layout.ObjectOf(held.Sha256), StoreFile.ReadOptions);
            if (file.Length == held.Size)
            {
                return true;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(logger, held.Sha256, e.Message);
        }

        file?.Dispose();
        file = null;
        return false;
    }

    private void SetAside(HeldObject held)
    {
        lock (_gate)
        {
            var isWhole = new FileInfo(layout.ObjectOf(held.Sha256)) is { Exists: true } file && file.Length == held.Size;
            if (isWhole || !_objects.ContainsKey(held.Sha256) || _index is null)
            {
                return; // It is there but cannot be read now, or somebody else was faster.
            }

            LogDamaged(logger, held.Sha256);
            CleanUp(() => StoreFile.Quarantine(layout, layout.ObjectOf(held.Sha256)));
            foreach (var name in _held.Where(entry => entry.Value.Sha256 == held.Sha256).Select(entry => entry.Key).ToList())
            {
                CleanUp(() => RemoveLocked(name));
            }
        }
    }

    /// <summary>Does what the next start would mend if it failed, and what no request should fail for.</summary>
    private void CleanUp(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            LogNotCleanedUp(logger, e.Message);
        }
    }

    /// <summary>
    /// Held names that are a folder of this one, or in a folder of its name. The origin cannot have both, so they are
    /// videos that it has no more and that have not been purged yet.
    /// </summary>
    private List<VideoName> NamesInTheWay(VideoName name)
    {
        var inTheWay = new List<VideoName>();
        for (var slash = name.Value.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = name.Value.IndexOf('/', slash + 1))
        {
            var folder = VideoName.Parse(name.Value[..slash]);
            if (_held.ContainsKey(folder))
            {
                inTheWay.Add(folder);
            }
        }

        if (Directory.Exists(layout.NameOf(name)))
        {
            inTheWay.AddRange(_held.Keys.Where(other => other.Value.StartsWith(name.Value + "/", StringComparison.Ordinal)));
        }

        return inTheWay;
    }

    private void Refer(HeldObject held) =>
        _objects[held.Sha256] = (held, _objects.GetValueOrDefault(held.Sha256).Names + 1);

    private void Release(HeldObject held)
    {
        var (current, names) = _objects[held.Sha256];
        if (names > 1)
        {
            _objects[held.Sha256] = (current, names - 1);
            return;
        }

        _objects.Remove(held.Sha256);
        CleanUp(() => StoreFile.Delete(layout.ObjectOf(held.Sha256)));
        budget.Release(held.Size);
    }

    private void Changed()
    {
        // The tag of an inventory must not come back after a restart with other content, so each opening has its own.
        _identity = _revision == 0 ? Guid.NewGuid().ToString("N")[..12] : _identity;
        _revision++;
        _inventory = null;
    }

    private void Close()
    {
        _index?.Dispose();
        _lockFile?.Dispose();
        (_index, _lockFile) = (null, null);
    }

    [LoggerMessage(EventId = 301, Level = LogLevel.Error, Message = "Object {Digest} cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, Sha256Digest digest, string reason);

    [LoggerMessage(EventId = 302, Level = LogLevel.Warning, Message = "Something stays on the disk until the next start: {Reason}")]
    private static partial void LogNotCleanedUp(ILogger logger, string reason);

    [LoggerMessage(EventId = 300, Level = LogLevel.Error,
        Message = "Object {Digest} is missing or has the wrong length; it was set aside and is to be filled again")]
    private static partial void LogDamaged(ILogger logger, Sha256Digest digest);
}
