using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Transfer.Sets;

namespace Cdn.Replica.Store;

/// <summary>
/// What a group of commands comes to: files that are in place already, what goes into the index, what is published then, and what
/// is removed after that. Until it is published all of it can be undone.
/// </summary>
/// <param name="before">What is held before it.</param>
/// <param name="context">What the writer works with.</param>
/// <param name="newRow">Gives a row of the index that nothing has.</param>
internal sealed partial class StoreChange(StoreRevision before, StoreContext context, Func<long> newRow)
{
    private readonly Dictionary<VideoName, HeldContent?> _names = [];
    private readonly Dictionary<Sha256Digest, HeldObject?> _objects = [];
    private readonly HashSet<VideoName> _removed = [];

    public StoreContext Context => context;

    public StoreLayout Layout => context.Layout;

    /// <summary>What goes into the index.</summary>
    public List<IndexOperation> Operations { get; } = [];

    /// <summary>Files and folders that were written and are not on the disk for sure.</summary>
    public List<string> Unsynced { get; } = [];

    public PurgeHistory Purges { get; set; } = before.Purges;

    public PurgeMark? Mark { get; set; } = before.Mark;

    /// <summary>What the names get, for the inventory.</summary>
    public IEnumerable<SetChange<HeldContent>> ChangedNames => _names.Select(name =>
        name.Value is { } content ? SetChange<HeldContent>.To(name.Key, content) : SetChange<HeldContent>.Gone(name.Key));

    /// <summary>All names that are held, with the changes so far.</summary>
    public IEnumerable<VideoName> Names => before.Set.Map.Select(name => name.Key).Where(name => !_names.ContainsKey(name))
        .Concat(_names.Where(name => name.Value is not null).Select(name => name.Key));

    /// <summary>The objects as they are after it.</summary>
    public PersistentMap<Sha256Digest, HeldObject> Objects()
    {
        var builder = before.Objects.ToBuilder();
        foreach (var (digest, held) in _objects)
        {
            _ = held is null ? builder.Remove(digest) : builder.Set(digest, held);
        }

        return builder.ToMap();
    }

    public bool TryGet(VideoName name, [NotNullWhen(true)] out HeldObject? held)
    {
        held = null;
        var has = _names.TryGetValue(name, out var changed) ? changed
            : before.Set.Map.TryGetValue(name, out var content) ? content
            : null;
        return has is { } known && TryGetObject(known.Sha256, out held);
    }

    public bool TryGetObject(Sha256Digest digest, [NotNullWhen(true)] out HeldObject? held) =>
        _objects.TryGetValue(digest, out held) ? held is not null : before.TryGetObject(digest, out held);

    /// <summary>
    /// Whether the files of this content or name are to be removed once this is published: what brings them back has to wait.
    /// </summary>
    public bool IsRemoving(VideoName name, Sha256Digest digest) =>
        _removed.Contains(name) || (_objects.TryGetValue(digest, out var held) && held is null);

    /// <summary>There is a new object.</summary>
    public HeldObject AddObject(VideoName name, ContentVersion version, bool isPinned)
    {
        var held = new HeldObject(newRow(), version.Sha256, version.Size, version.LastModified.ToUnixTimeSeconds(), isPinned, name);
        SetObject(held.Sha256, held);
        Operations.Add(IndexOperation.Put(held));
        Afterwards(() => context.Hold(held));
        return held;
    }

    /// <summary>An object is as this says from now on, for all names that it has.</summary>
    public void ReplaceObject(HeldObject held, bool wasPinned)
    {
        SetObject(held.Sha256, held);
        Operations.Add(IndexOperation.Put(held));
        Afterwards(() => context.Hold(held));
        if (held.IsPinned != wasPinned)
        {
            foreach (var name in context.Names.Of(held))
            {
                SetContent(name, held.Content);
            }
        }
    }

    /// <summary>A name has an object from now on.</summary>
    public void SetName(VideoName name, HeldObject held)
    {
        TryGet(name, out var old);
        SetContent(name, held.Content);
        Operations.Add(IndexOperation.Put(name, held.Id));
        if (context.Names.Add(held, name))
        {
            OnUndo(() => context.Names.Remove(held, name));
        }

        if (old is not null && old.Sha256 != held.Sha256)
        {
            Release(name, old, keepsFile: false);
        }
    }

    /// <summary>A name has nothing any more; its object goes with its last name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="keepsName">Whether the file of the name is seen to already.</param>
    /// <param name="keepsFile">Whether the file of the object is seen to already.</param>
    public HeldObject? RemoveName(VideoName name, bool keepsName = false, bool keepsFile = false)
    {
        if (!TryGet(name, out var held))
        {
            return null;
        }

        SetContent(name, null);
        Operations.Add(IndexOperation.Remove(name));
        if (!keepsName)
        {
            _removed.Add(name);
            OnUndo(() => _removed.Remove(name));
            Afterwards(() => StoreFiles.UnlinkName(Layout, name));
        }

        Release(name, held, keepsFile);
        return held;
    }

    private void Release(VideoName name, HeldObject held, bool keepsFile)
    {
        if (context.Names.Remove(held, name))
        {
            OnUndo(() => context.Names.Add(held, name));
            if (context.Names.Of(held).Count > 0)
            {
                return;
            }
        }

        SetObject(held.Sha256, null);
        Operations.Add(IndexOperation.Remove(held));
        Afterwards(() => context.LetGo(held));
        if (!keepsFile)
        {
            Afterwards(() => Storage.Files.DurableFile.Remove(Layout.ObjectOf(held.Sha256)));
        }
    }

    private void SetObject(Sha256Digest digest, HeldObject? held)
    {
        var had = _objects.TryGetValue(digest, out var old);
        OnUndo(() => Restore(_objects, digest, had, old));
        _objects[digest] = held;
    }

    private void SetContent(VideoName name, HeldContent? content)
    {
        var had = _names.TryGetValue(name, out var old);
        OnUndo(() => Restore(_names, name, had, old));
        _names[name] = content;
    }

    private static void Restore<TKey, TValue>(Dictionary<TKey, TValue> values, TKey key, bool had, TValue? old)
        where TKey : notnull
    {
        if (had)
        {
            values[key] = old!;
        }
        else
        {
            values.Remove(key);
        }
    }
}
