using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;
using Cdn.Replica.Eviction;
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
    /// <summary>Videos from which loading them leaves a good deal of garbage: 10,000.</summary>
    private const int Many = 10_000;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<VideoName, HeldObject> _held = new();
    private readonly Dictionary<Sha256Digest, (HeldObject Object, ImmutableArray<VideoName> Names)> _objects = [];
    private readonly ConcurrentDictionary<VideoName, bool> _superseded = new();
    private Sieve<Sha256Digest> _pulled = new();
    private StoreIndex? _index;
    private FileStream? _lockFile;
    private string _identity = "";
    private long _revision;

    /// <summary>Videos held.</summary>
    public int Count => _held.Count;

    /// <summary>Bytes that <see cref="EvictOne"/> could free.</summary>
    public long EvictableBytes
    {
        get
        {
            lock (_gate)
            {
                return _pulled.Bytes;
            }
        }
    }

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
                Refer(name, held);
            }

            _mark = _index.Mark();
            Changed();
            if (videos.Count > Many)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive); // Loading leaves more behind than it built.
            }
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
            _superseded.Clear();
            _pulled = new Sieve<Sha256Digest>();
            budget.Reset();
            Changed();
            Open();
        }
    }

    /// <summary>The object that a name has.</summary>
    public bool TryGet(VideoName name, [NotNullWhen(true)] out HeldObject? held) => _held.TryGetValue(name, out held);

    /// <summary>Remembers that a name was read by somebody who does not come through <see cref="OpenRead"/>.</summary>
    public void Visit(VideoName name)
    {
        if (_held.TryGetValue(name, out var held))
        {
            _pulled.Visit(held.Sha256);
        }
    }

    /// <summary>Whether a newer version of this name is on its way, and the older one was given up for it.</summary>
    public bool IsSuperseded(VideoName name) => _superseded.ContainsKey(name);

    /// <summary>All names that are held, at this moment.</summary>
    public ICollection<VideoName> Names() => _held.Keys;

    /// <summary>Everything under <c>objects/</c> that is held, at this moment.</summary>
    public ImmutableArray<HeldObject> Objects()
    {
        lock (_gate)
        {
            return [.. _objects.Values.Select(entry => entry.Object)];
        }
    }

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
                _pulled.Visit(held.Sha256);
                return (held, file);
            }

            if (TryGet(name, out var now) && now == held)
            {
                SetAside(held, isKnownDamaged: false);
                return null;
            }
        }

        return null;
    }

    /// <summary>Everything held, at this moment; null if it is what somebody has already.</summary>
    /// <param name="unless">The tag of what somebody has.</param>
    /// <param name="etag">The tag of what is held now.</param>
    public InventorySnapshot? Inventory(string? unless, out string etag)
    {
        lock (_gate)
        {
            etag = $"\"{_identity}-{_revision}\"";
            return unless == etag ? null : new InventorySnapshot(etag, _revision, [.. _held], _mark, budget.Capacity);
        }
    }

    public void Dispose() => Close();

    private StoreIndex Index => _index ?? throw new IOException("The store is not open.");

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

    private void Changed()
    {
        // The tag of an inventory must not come back after a restart with other content, so each opening has its own.
        _identity = _revision == 0 ? Guid.NewGuid().ToString("N")[..12] : _identity;
        _revision++;
    }

    private void Close()
    {
        _index?.Dispose();
        _lockFile?.Dispose();
        (_index, _lockFile) = (null, null);
    }

    [LoggerMessage(EventId = 301, Level = LogLevel.Error, Message = "Object {Digest} cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, Sha256Digest digest, string reason);
}
