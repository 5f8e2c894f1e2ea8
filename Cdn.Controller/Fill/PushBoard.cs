using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Controller.Fill;

/// <summary>Whose fault it was that a push failed.</summary>
internal enum PushFailure
{
    /// <summary>The source's: it could not be reached, or has not got the video.</summary>
    Source,

    /// <summary>Of whoever was sending to the source: what it was sending on broke off.</summary>
    Upstream,

    /// <summary>The push came to an answer, which was no.</summary>
    Refused,
}

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
    private readonly HashSet<(string Replica, VideoName Video)> _refused = [];

    private long _plan;

    /// <summary>Raised after every change. Handlers only signal.</summary>
    public event Action? Changed;

    /// <summary>Grows with every <see cref="Replan"/>.</summary>
    public long PlanNumber => Volatile.Read(ref _plan);

    /// <summary>Has every filler forget what failed, and plan anew.</summary>
    public void Replan() => Change(() =>
    {
        _failed.Clear();
        _refused.Clear();
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

    /// <summary>Who is being sent a video by a replica.</summary>
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

    /// <summary>Whether a replica did not take a video that it was sent whole. Nobody waits for it to get it.</summary>
    public bool HasRefused(string replica, VideoName video)
    {
        lock (_gate)
        {
            return _refused.Contains((replica, video));
        }
    }

    public void Begin(string replica, VideoName video, string source) => Change(() => _running[(replica, video)] = source);

    public void Succeeded(string replica, CatalogVideo video) => Change(() =>
    {
        _running.Remove((replica, video.Name));
        _failed.Remove((replica, video.Name));
        _refused.Remove((replica, video.Name));
        _answered[(replica, video.Name)] = video.Sha256;
    });

    /// <summary>A push did not succeed, and was not the source's fault if it is <see cref="PushFailure.Upstream"/>.</summary>
    public void Failed(string replica, VideoName video, string source, PushFailure why) => Change(() =>
    {
        _running.Remove((replica, video));
        if (why != PushFailure.Upstream)
        {
            _failed[(replica, video)] = _failed.GetValueOrDefault((replica, video), []).Add(source);
        }

        if (why == PushFailure.Refused)
        {
            _refused.Add((replica, video));
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

    /// <summary>Forgets what failed for a replica that is away: it says nothing any more when it is back.</summary>
    public void ForgetFailures(string replica)
    {
        lock (_gate)
        {
            foreach (var entry in _failed.Keys.Where(key => key.Replica == replica).ToList())
            {
                _failed.Remove(entry);
            }

            _refused.RemoveWhere(key => key.Replica == replica);
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
