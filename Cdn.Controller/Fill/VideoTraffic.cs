using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>
/// What goes on with one video: who is being sent it by whom, who has just got it and whose inventory does not prove it yet,
/// whose last try failed, and from where, and who waits for another one to get it first. There is one for few videos at a time.
/// </summary>
internal sealed class VideoTraffic
{
    private readonly List<(int Target, int Source)> _running = [];
    private readonly List<(int Target, int Source)> _failed = [];
    private ReplicaSet _answered;
    private ReplicaSet _stopped;
    private Sha256Digest _content;

    /// <summary>Those who wait.</summary>
    public ReplicaSet Waiting { get; private set; }

    public bool IsEmpty => _running.Count == 0 && _failed.Count == 0 && _answered.IsEmpty && _stopped.IsEmpty && Waiting.IsEmpty;

    /// <summary>Who is sending it to a replica; null if nobody is.</summary>
    public int? SenderTo(int target)
    {
        foreach (var push in _running)
        {
            if (push.Target == target)
            {
                return push.Source;
            }
        }

        return null;
    }

    /// <summary>To how many a replica is sending it.</summary>
    public int ReceiversFrom(int source) => _running.Count(push => push.Source == source);

    /// <summary>Whether what a replica is being sent comes, over however many others, from another one.</summary>
    public bool Follows(int replica, int other)
    {
        for (var hops = 0; hops <= _running.Count && SenderTo(replica) is { } sender; hops++)
        {
            if (sender == other)
            {
                return true;
            }

            replica = sender;
        }

        return false;
    }

    /// <summary>Whether a replica has answered that it verified this version, and its inventory is not that far yet.</summary>
    public bool HasAnswered(int replica, Sha256Digest content) => _content == content && _answered.Contains(replica);

    /// <summary>Whether a replica was to get it from another one, and did not, since it got it last.</summary>
    public bool HasFailed(int target, int source) => _failed.Contains((target, source));

    /// <summary>Whether a replica's last try to get it failed, and it has not begun another one. Nobody waits for it.</summary>
    public bool HasStopped(int replica) => _stopped.Contains(replica);

    public void Wait(int replica) => Waiting = Waiting.With(replica);

    /// <summary>Nobody waits any more. Returns those who did.</summary>
    public ReplicaSet Wake()
    {
        var woken = Waiting;
        Waiting = default;
        return woken;
    }

    public void Begin(int target, int source)
    {
        _running.Add((target, source));
        _stopped = _stopped.Without(target);
    }

    public void Succeeded(int target, Sha256Digest content)
    {
        _running.RemoveAll(push => push.Target == target);
        _failed.RemoveAll(push => push.Target == target);
        _answered = content == _content ? _answered.With(target) : default(ReplicaSet).With(target);
        _content = content;
    }

    /// <param name="target">Who was to get it.</param>
    /// <param name="source">Who was sending it.</param>
    /// <param name="isUpstream">Whether the source is not to blame: what it was sending on broke off.</param>
    public void Failed(int target, int source, bool isUpstream)
    {
        _running.RemoveAll(push => push.Target == target);
        if (isUpstream)
        {
            return;
        }

        _stopped = _stopped.With(target);
        if (source == PushRoute.Origin)
        {
            _failed.RemoveAll(push => push.Target == target); // It is asked last: now all may be asked again.
        }
        else if (!HasFailed(target, source))
        {
            _failed.Add((target, source));
        }
    }

    /// <summary>What a replica's inventory says counts from now on.</summary>
    public void Settle(int target) => _answered = _answered.Without(target);

    /// <summary>A replica has what it is to have, or is another one now: what failed there says nothing any more.</summary>
    public void Forget(int target)
    {
        Settle(target);
        _failed.RemoveAll(push => push.Target == target);
        _stopped = _stopped.Without(target);
        Waiting = Waiting.Without(target);
    }
}
