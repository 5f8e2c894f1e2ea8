using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Controller.Fill;

/// <summary>
/// What the fillers know of each other: who is being sent what, who was just sent something that its inventory does not prove yet, and
/// whose last try failed, and from where. It is about pushes of this process alone, and may be lost.
/// </summary>
internal sealed class PushBoard
{
    private readonly Lock _gate = new();
    private readonly HashSet<(string Replica, VideoName Video)> _running = [];
    private readonly Dictionary<(string Replica, VideoName Video), Sha256Digest> _answered = [];
    private readonly Dictionary<(string Replica, VideoName Video), ImmutableHashSet<string>> _failed = [];

    private long _plan;

    /// <summary>Raised after every change. Handlers only signal.</summary>
    public event Action? Changed;

    /// <summary>Grows with every <see cref="Replan"/>.</summary>
    public long PlanNumber => Volatile.Read(ref _plan);

    /// <summary>Has every filler forget what failed, and plan anew.</summary>
    public void Replan() => Change(() =>
    {
        _failed.Clear();
        _plan++;
    });

    /// <summary>Whether a replica is being sent a video.</summary>
    public bool IsRunning(string replica, VideoName video)
    {
        lock (_gate)
        {
            return _running.Contains((replica, video));
        }
    }

    /// <summary>Whether a replica has answered that it verified this version, and its inventory has not been asked since.</summary>
    public bool HasAnswered(string replica, CatalogVideo video)
    {
        lock (_gate)
        {
            return _answered.TryGetValue((replica, video.Name), out var content) && content == video.Sha256;
        }
    }

    /// <summary>Those that a replica was to get a video from, and did not, since it got it last.</summary>
    public ImmutableHashSet<string> FailedSources(string replica, VideoName video)
    {
        lock (_gate)
        {
            return _failed.GetValueOrDefault((replica, video), []);
        }
    }

    public void Begin(string replica, VideoName video) => Change(() => _running.Add((replica, video)));

    public void Succeeded(string replica, CatalogVideo video) => Change(() =>
    {
        _running.Remove((replica, video.Name));
        _failed.Remove((replica, video.Name));
        _answered[(replica, video.Name)] = video.Sha256;
    });

    public void Failed(string replica, VideoName video, string source) => Change(() =>
    {
        _running.Remove((replica, video));
        _failed[(replica, video)] = _failed.GetValueOrDefault((replica, video), []).Add(source);
    });

    /// <summary>The inventory has been asked since: what it says counts.</summary>
    public void Settle(string replica, VideoName video)
    {
        lock (_gate)
        {
            _answered.Remove((replica, video));
        }
    }

    /// <summary>Forgets what failed for a replica that is away: it says nothing any more when it is back.</summary>
    public void ForgetFailures(string replica)
    {
        lock (_gate)
        {
            foreach (var entry in _failed.Keys.Where(key => key.Replica == replica).ToList())
            {
                _failed.Remove(entry);
            }
        }
    }

    private void Change(Action change)
    {
        lock (_gate)
        {
            change();
        }

        Changed?.Invoke();
    }
}
