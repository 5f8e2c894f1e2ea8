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
    private readonly Dictionary<(string Replica, VideoName Video), string> _running = [];
    private readonly Dictionary<(string Replica, VideoName Video), Sha256Digest> _answered = [];
    private readonly Dictionary<(string Replica, VideoName Video), ImmutableHashSet<string>> _failed = [];
    private readonly HashSet<(string Replica, VideoName Video)> _stopped = [];

    private long _plan;

    /// <summary>Raised after every change. Handlers only signal.</summary>
    public event Action? Changed;

    /// <summary>Grows with every <see cref="Replan"/>.</summary>
    public long PlanNumber => Volatile.Read(ref _plan);

    /// <summary>Has every filler forget what failed, and plan anew.</summary>
    public void Replan() => Change(() =>
    {
        _failed.Clear();
        _stopped.Clear();
        _plan++;
    });

    /// <summary>Who is sending a video to a replica; null if nobody is.</summary>
    public string? SenderTo(string replica, VideoName video)
    {
        lock (_gate)
        {
            return _running.GetValueOrDefault((replica, video));
        }
    }

    /// <summary>How many are being sent a video by a replica.</summary>
    public int ReceiversFrom(string replica, VideoName video)
    {
        lock (_gate)
        {
            return _running.Count(push => push.Key.Video == video && push.Value == replica);
        }
    }

    /// <summary>Whether what a replica is being sent comes, over however many others, from <paramref name="other"/>.</summary>
    public bool Follows(string replica, string other, VideoName video)
    {
        lock (_gate)
        {
            for (var hops = 0; hops <= _running.Count && _running.TryGetValue((replica, video), out var sender); hops++)
            {
                if (sender == other)
                {
                    return true;
                }

                replica = sender;
            }

            return false;
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

    /// <summary>Whether a replica's last try to get a video failed, and it has not begun another one. Nobody waits for it.</summary>
    public bool HasStopped(string replica, VideoName video)
    {
        lock (_gate)
        {
            return _stopped.Contains((replica, video));
        }
    }

    public void Begin(string replica, VideoName video, string source) => Change(() =>
    {
        _running[(replica, video)] = source;
        _stopped.Remove((replica, video));
    });

    public void Succeeded(string replica, CatalogVideo video) => Change(() =>
    {
        _running.Remove((replica, video.Name));
        _failed.Remove((replica, video.Name));
        _answered[(replica, video.Name)] = video.Sha256;
    });

    /// <summary>A push did not succeed.</summary>
    /// <param name="replica">Who was to get it.</param>
    /// <param name="video">What.</param>
    /// <param name="source">Who was sending it.</param>
    /// <param name="isUpstream">Whether the source is not to blame: what it was sending on broke off.</param>
    public void Failed(string replica, VideoName video, string source, bool isUpstream) => Change(() =>
    {
        _running.Remove((replica, video));
        if (isUpstream)
        {
            return;
        }

        _stopped.Add((replica, video));
        if (source == PushRoute.Origin)
        {
            _failed.Remove((replica, video)); // It is asked last: now all may be asked again.
        }
        else
        {
            _failed[(replica, video)] = _failed.GetValueOrDefault((replica, video), []).Add(source);
        }
    });

    /// <summary>The inventory has been asked since: what it says counts.</summary>
    public void Settle(string replica, VideoName video)
    {
        lock (_gate)
        {
            _answered.Remove((replica, video));
        }
    }

    /// <summary>Forgets what failed for a replica, of all videos or of those that are no more.</summary>
    /// <param name="replica">Who was to get it.</param>
    /// <param name="isKept">What is remembered.</param>
    public void ForgetFailures(string replica, Func<VideoName, bool> isKept)
    {
        lock (_gate)
        {
            foreach (var entry in _failed.Keys.Where(key => key.Replica == replica && !isKept(key.Video)).ToList())
            {
                _failed.Remove(entry);
            }

            _stopped.RemoveWhere(key => key.Replica == replica && !isKept(key.Video));
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
