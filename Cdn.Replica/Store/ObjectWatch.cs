using System.Text;
using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>
/// What the kernel says of the files of objects, by whatever name: objects never change, so whatever happens to one that is held
/// is damage, or a hand's work. News is taken in before something new is published; so what the store itself does to a file falls
/// to one that is not held yet.
/// </summary>
internal sealed class ObjectWatch(FolderWatch watch, StoreLayout layout) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Sha256Digest, FileEvents> _news = [];
    private readonly Dictionary<int, string> _folders = []; // Of names: what comes before the name of an entry. All others are of objects.
    private readonly char[] _name = new char[Sha256Digest.ByteLength * 2];
    private bool _isLost;

    /// <summary>
    /// Watches all folders of names that there are. Those that are beyond the limit of the system are looked at once a minute.
    /// </summary>
    public void AddFolders()
    {
        Add("");
        foreach (var folder in Directory.EnumerateDirectories(layout.Names, "*", SearchOption.AllDirectories))
        {
            if (!Add(Path.GetRelativePath(layout.Names, folder) + "/"))
            {
                return;
            }
        }
    }

    /// <summary>Watches the folder of a name, which may be new.</summary>
    public void AddFolderOf(VideoName name) => Add(name.Value[..(name.Value.LastIndexOf('/') + 1)]);

    /// <summary>Takes in the news so far, of what is held in a revision.</summary>
    public void TakeIn(StoreRevision revision)
    {
        lock (_gate)
        {
            watch.Read((folder, name, events) => Note(revision, folder, name, events));
        }
    }

    /// <summary>
    /// What happened to objects since this was asked last; null if there was more than could be noted, so that all are to be
    /// looked at.
    /// </summary>
    public List<(Sha256Digest Digest, FileEvents Events)>? Take(StoreRevision revision)
    {
        lock (_gate)
        {
            watch.Read((folder, name, events) => Note(revision, folder, name, events));
            List<(Sha256Digest, FileEvents)>? news = _isLost ? null : [.. _news.Select(item => (item.Key, item.Value))];
            _news.Clear();
            _isLost = false;
            return news;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            watch.Dispose();
        }
    }

    private bool Add(string prefix)
    {
        lock (_gate)
        {
            var number = watch.TryAdd(Path.Combine(layout.Names, prefix), FileEvents.Written | FileEvents.Attributes, out _);
            if (number >= 0)
            {
                _folders[number] = prefix;
            }

            return number >= 0;
        }
    }

    private void Note(StoreRevision revision, int folder, ReadOnlySpan<byte> name, FileEvents events)
    {
        if (events.HasFlag(FileEvents.Lost))
        {
            _isLost = true;
        }
        else if (events.HasFlag(FileEvents.Ended))
        {
            _folders.Remove(folder);
        }
        else if (TryFind(revision, folder, name, out var digest))
        {
            _news[digest] = _news.GetValueOrDefault(digest) | events;
        }
    }

    private bool TryFind(StoreRevision revision, int folder, ReadOnlySpan<byte> name, out Sha256Digest digest)
    {
        if (_folders.TryGetValue(folder, out var prefix))
        {
            HeldContent content = default;
            var isHeld = VideoName.TryParse(prefix + Encoding.UTF8.GetString(name), out var video, out _)
                && revision.Set.Map.TryGetValue(video, out content);
            digest = content.Sha256;
            return isHeld;
        }

        digest = default;
        if (name.Length != _name.Length)
        {
            return false;
        }

        for (var i = 0; i < name.Length; i++)
        {
            _name[i] = (char)name[i];
        }

        return Sha256Digest.TryParseHex(_name, out digest) && revision.Objects.ContainsKey(digest);
    }
}
