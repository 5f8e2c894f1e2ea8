using Cdn.Contracts;
using Microsoft.Data.Sqlite;

namespace Cdn.Replica.Store;

/// <content>Everything that changes what is held.</content>
internal sealed partial class VideoStore
{
    /// <summary>
    /// Records that a name has an object, which is verified and in its place under <c>objects/</c>. The last push of a content
    /// says its modification time, for all names that have it: so replicas agree, whatever they got first.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="held">What it has from now on.</param>
    /// <param name="since">What <see cref="PurgeCount"/> was when the content was asked for.</param>
    /// <exception cref="PurgedException">The name was purged since then.</exception>
    /// <exception cref="IOException">The object is gone, or its name cannot be linked.</exception>
    public void Hold(VideoName name, HeldObject held, long since)
    {
        lock (_gate)
        {
            ThrowIfPurged(name, since);
            if (!File.Exists(layout.ObjectOf(held.Sha256)))
            {
                throw new IOException("The object was removed while its name was being recorded.");
            }

            // An object that the plan assigned under one name stays, whatever other names it has.
            held = held with { IsPinned = held.IsPinned || (_objects.TryGetValue(held.Sha256, out var same) && same.Object.IsPinned) };
            foreach (var displaced in NamesInTheWay(name))
            {
                RemoveLocked(displaced);
            }

            // What can fail comes first: the name on the disk, which the next start mends, then the index.
            StoreFile.LinkName(layout, name, held);
            Index.Put(name, held);
            _held.TryGetValue(name, out var before);
            _held[name] = held;
            _superseded.TryRemove(name, out _);
            Refer(name, held);
            Changed();
            if (before is not null && before.Sha256 != held.Sha256)
            {
                Release(name, before);
            }

            RedateLocked(held);
        }
    }

    /// <summary>Gives an object its modification time again.</summary>
    public void Redate(HeldObject held)
    {
        lock (_gate)
        {
            if (_objects.TryGetValue(held.Sha256, out var entry))
            {
                CleanUp(() => StoreFile.Redate(layout, entry.Object));
            }
        }
    }

    /// <summary>Links a name to its object again if what nginx would find there is something else, or nothing. Returns whether it was.</summary>
    public bool Relink(VideoName name)
    {
        lock (_gate)
        {
            if (!TryGet(name, out var held) || StoreFile.IsSame(layout.NameOf(name), layout.ObjectOf(held.Sha256)))
            {
                return false;
            }

            CleanUp(() => StoreFile.LinkName(layout, name, held));
            return true;
        }
    }

    /// <summary>
    /// Puts a verified, durable file in its place under <c>objects/</c> and gives it its name. If the content was there already,
    /// only the name is recorded and the file left alone: false. One caller per content at a time.
    /// </summary>
    /// <exception cref="PurgedException">The name was purged since; nothing has changed.</exception>
    /// <exception cref="IOException">The disk is full or broken; nothing has changed.</exception>
    public bool Install(VideoName name, HeldObject held, string path, long since)
    {
        if (TryGetObject(held.Sha256, out _))
        {
            Hold(name, held, since);
            return false;
        }

        var place = layout.ObjectOf(held.Sha256);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        DurableFile.RenameDurably(path, place);
        try
        {
            Hold(name, held, since);
            return true;
        }
        catch
        {
            StoreFile.Delete(place); // No name has it, so nobody would ever count or remove it.
            throw;
        }
    }

    /// <summary>Gives up a name for a newer version that is on its way (the policy <c>STALE=refetch</c>).</summary>
    public void Supersede(VideoName name)
    {
        lock (_gate)
        {
            if (RemoveLocked(name) is not null)
            {
                _superseded[name] = true;
            }
        }
    }

    /// <summary>Removes the object that SIEVE chooses of those that were pulled; null if there is none.</summary>
    public HeldObject? EvictOne()
    {
        lock (_gate)
        {
            if (!_pulled.Evict(out var digest) || !_objects.TryGetValue(digest, out var entry))
            {
                return null;
            }

            // The bytes go first: on a full disk nothing else may be written, not even to the index. The next start mends that.
            foreach (var name in entry.Names)
            {
                _held.TryRemove(name, out _);
                CleanUp(() => StoreFile.UnlinkName(layout, name));
                Release(name, entry.Object);
                CleanUp(() => Index.Remove(name));
            }

            Changed();
            return entry.Object;
        }
    }

    /// <summary>Sets aside an object whose bytes are not what its digest says, with all its names.</summary>
    public void SetAsideDamaged(HeldObject held) => SetAside(held, isKnownDamaged: true);

    /// <summary>Purges a name, and its object if no other name has it. Open readers finish undisturbed.</summary>
    /// <returns>What it had; null if it was not held.</returns>
    public HeldObject? Remove(VideoName name)
    {
        lock (_gate)
        {
            return RemoveLocked(name);
        }
    }

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
        Release(name, held);
        return held;
    }

    /// <summary>Gives an object, and all names that have it, another modification time.</summary>
    private void RedateLocked(HeldObject held)
    {
        foreach (var name in _objects[held.Sha256].Names)
        {
            if (_held[name] != held)
            {
                Index.Put(name, held);
                _held[name] = held;
            }
        }

        CleanUp(() => StoreFile.Redate(layout, held));
    }

    private void SetAside(HeldObject held, bool isKnownDamaged)
    {
        lock (_gate)
        {
            var isWhole = new FileInfo(layout.ObjectOf(held.Sha256)) is { Exists: true } file && file.Length == held.Size;
            if ((isWhole && !isKnownDamaged) || !_objects.TryGetValue(held.Sha256, out var entry) || _index is null)
            {
                return; // It is there but cannot be read now, or somebody else was faster.
            }

            LogDamaged(logger, held.Sha256);
            CleanUp(() => StoreFile.Quarantine(layout, layout.ObjectOf(held.Sha256)));
            foreach (var name in entry.Names)
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

    private void Refer(VideoName name, HeldObject held)
    {
        var names = _objects.TryGetValue(held.Sha256, out var entry) ? entry.Names : [];
        _objects[held.Sha256] = (held, names.Contains(name) ? names : names.Add(name));
        if (held.IsPinned)
        {
            _pulled.Remove(held.Sha256);
        }
        else
        {
            _pulled.Add(held.Sha256, held.Size);
        }
    }

    private void Release(VideoName name, HeldObject held)
    {
        var (current, names) = _objects[held.Sha256];
        if (names.Length > 1)
        {
            _objects[held.Sha256] = (current, names.Remove(name));
            return;
        }

        _objects.Remove(held.Sha256);
        _pulled.Remove(held.Sha256);
        CleanUp(() => StoreFile.Delete(layout.ObjectOf(held.Sha256)));
        budget.Release(held.Size);
    }

    [LoggerMessage(EventId = 302, Level = LogLevel.Warning, Message = "Something stays on the disk until the next start: {Reason}")]
    private static partial void LogNotCleanedUp(ILogger logger, string reason);

    [LoggerMessage(EventId = 300, Level = LogLevel.Error,
        Message = "Object {Digest} is missing or has the wrong length; it was set aside and is to be filled again")]
    private static partial void LogDamaged(ILogger logger, Sha256Digest digest);
}
