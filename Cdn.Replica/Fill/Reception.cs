using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Concurrency;

namespace Cdn.Replica.Fill;

/// <summary>A video that is being received, for those who send it on as it comes.</summary>
internal sealed class Reception(Receptions all, Sha256Digest content, string path) : IDisposable
{
    private readonly NextChange _changed = new();
    private long _length;
    private volatile bool _isOver;

    /// <summary>Where its bytes are. Opened once they stay readable, wherever the file is moved.</summary>
    public string Path => path;

    /// <summary>Bytes that are there.</summary>
    public long Length => Volatile.Read(ref _length);

    /// <summary>No more will come.</summary>
    public bool IsOver => _isOver;

    /// <summary>Ends when one of the two above changes.</summary>
    public Task NextChange => _changed.Task;

    public void Advance(long length)
    {
        Volatile.Write(ref _length, length);
        _changed.Raise();
    }

    public void Dispose()
    {
        _isOver = true;
        all.End(content);
        _changed.Raise();
    }
}

/// <summary>Everything that is being received. A content is received once at a time.</summary>
internal sealed class Receptions
{
    private readonly ConcurrentDictionary<Sha256Digest, Reception> _running = new();
    private readonly NextChange _begun = new();

    /// <summary>Ends when something begins to be received.</summary>
    public Task NextBegin => _begun.Task;

    public bool TryGet(Sha256Digest content, [NotNullWhen(true)] out Reception? reception) => _running.TryGetValue(content, out reception);

    /// <summary>Begins one; dispose it when it is over, whether it was completed or broke off.</summary>
    public Reception Begin(Sha256Digest content, string path, long length)
    {
        var reception = new Reception(this, content, path);
        reception.Advance(length);
        _running[content] = reception;
        _begun.Raise();
        return reception;
    }

    internal void End(Sha256Digest content) => _running.TryRemove(content, out _);
}
