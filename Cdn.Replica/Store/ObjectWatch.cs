using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>
/// What the kernel says of the files under <c>objects/</c>: objects never change, so whatever happens to one that is held is damage, or a hand's
/// work. News is taken in before something new is published; so what the store itself does to a file falls to one that is not held yet.
/// </summary>
internal sealed class ObjectWatch(FolderWatch watch) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Sha256Digest, FileEvents> _news = [];
    private readonly char[] _name = new char[Sha256Digest.ByteLength * 2];
    private bool _isLost;

    /// <summary>Takes in the news so far, of what is held in a revision.</summary>
    public void TakeIn(StoreRevision revision)
    {
        lock (_gate)
        {
            watch.Read((name, events) => Note(revision, name, events));
        }
    }

    /// <summary>What happened to objects since this was asked last; null if there was more than could be noted, so that all are to be looked at.</summary>
    public List<(Sha256Digest Digest, FileEvents Events)>? Take(StoreRevision revision)
    {
        lock (_gate)
        {
            watch.Read((name, events) => Note(revision, name, events));
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

    private void Note(StoreRevision revision, ReadOnlySpan<byte> name, FileEvents events)
    {
        if (events.HasFlag(FileEvents.Lost))
        {
            _isLost = true;
            return;
        }

        if (name.Length != _name.Length)
        {
            return;
        }

        for (var i = 0; i < name.Length; i++)
        {
            _name[i] = (char)name[i];
        }

        if (Sha256Digest.TryParseHex(_name, out var digest) && revision.Objects.ContainsKey(digest))
        {
            _news[digest] = _news.GetValueOrDefault(digest) | events;
        }
    }
}
