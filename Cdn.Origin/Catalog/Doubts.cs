using System.Collections.Concurrent;
using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>Where others say that they got bytes which are not what the catalog says.</summary>
internal sealed class Doubts
{
    /// <summary>Doubts that may wait: 1,000. Whoever gets wrong bytes says so again.</summary>
    private const int MostWaiting = 1000;

    private readonly ConcurrentQueue<VideoDoubt> _waiting = new();

    /// <summary>Raised when there is one to take.</summary>
    public event Action? Added;

    public void Add(VideoDoubt doubt)
    {
        if (_waiting.Count < MostWaiting)
        {
            _waiting.Enqueue(doubt);
            Added?.Invoke();
        }
    }

    public bool TryTake(out VideoDoubt doubt) => _waiting.TryDequeue(out doubt!);
}
