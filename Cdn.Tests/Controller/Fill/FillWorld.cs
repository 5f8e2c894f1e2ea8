using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using Cdn.Placement;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Fill;

/// <summary>An origin and some replicas that do what the planner says, or not; without a process, a disk or a clock.</summary>
internal sealed class FillWorld
{
    private readonly Dictionary<VideoName, CatalogVideo> _catalog = [];
    private readonly int? _copies;

    public FillWorld(int replicas, int? copies = null, int perReplica = 2)
    {
        _copies = copies;
        Names = [.. Enumerable.Range(1, replicas).Select(i => $"replica{i}")];
        Stores = [.. Names.Select(_ => new Dictionary<VideoName, HeldContent>())];
        Cluster = Cluster([], copies is not null, [.. Names.Select(name => View(name, ReplicaState.Up))]);
        State = new FillState(replicas, new FillLimits(perReplica, perReplica * replicas, TimeSpan.FromSeconds(4)));
        Plan();
    }

    public string[] Names { get; }

    public Dictionary<VideoName, HeldContent>[] Stores { get; }

    public ClusterState Cluster { get; }

    public FillState State { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromSeconds(1);

    /// <summary>What the planner has asked for and nobody has done yet.</summary>
    public List<FillAction> Open { get; } = [];

    /// <summary>Every push so far.</summary>
    public List<FillAction.Push> Pushes { get; } = [];

    public void Publish(params IEnumerable<CatalogVideo> videos)
    {
        foreach (var video in videos)
        {
            _catalog[video.Name] = video;
        }

        Cluster.Publish([.. _catalog.Values]);
        Plan();
    }

    public void Unpublish(params IEnumerable<VideoName> names)
    {
        foreach (var name in names)
        {
            _catalog.Remove(name);
        }

        Cluster.Publish([.. _catalog.Values]);
        Plan();
    }

    /// <summary>Lets the planner look, and returns what it begins.</summary>
    public IReadOnlyList<FillAction> Next()
    {
        var actions = FillPlanner.Next(State, Cluster.Current, Now).Actions;
        Open.AddRange(actions.Where(action => action is not FillAction.GiveUp));
        Pushes.AddRange(actions.OfType<FillAction.Push>());
        return actions;
    }

    /// <summary>Somebody does what was asked for. Returns what there is to say of it.</summary>
    /// <param name="action">What.</param>
    /// <param name="status">How it ends; null for well, 0 for well but for the answer.</param>
    public FillResult Do(FillAction action, int? status = null)
    {
        Open.Remove(action);
        switch (action)
        {
            case FillAction.Push push:
                return new FillResult(
                    push.Id,
                    [.. push.Videos.Select(video => new VideoReceipt(video.Name, Receive(push, video, status), "because"))]);
            case FillAction.Drop drop:
                return new FillResult(
                    drop.Id, [.. drop.Videos.Select(video => new VideoReceipt(video.Name, Drop(drop.Target, video, status)))]);
            default:
                return new FillResult(action.Id, []);
        }
    }

    public void Tell(FillResult result) => FillPlanner.Take(State, result, Now);

    /// <summary>The controller reads what a replica holds, and knows that nothing is missing in it.</summary>
    public void Read(int replica)
    {
        Cluster.Hold(replica, Stores[replica].Select(held => held.Value.Named(held.Key)));
        Cluster.SetReplica(replica, before => before with { ProvenAt = Now });
    }

    public void Set(int replica, ReplicaState state) => Cluster.SetReplica(replica, before => before with { State = state });

    public void Advance(TimeSpan by) => Now += by;

    /// <summary>
    /// All goes well from now on. Returns whether everything is where it belongs in the end, and nothing else is anywhere.
    /// </summary>
    public bool Settle(int rounds = 400)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            Set(i, ReplicaState.Up);
        }

        for (var round = 0; round < rounds; round++)
        {
            Open.ToList().ForEach(action => Tell(Do(action)));
            Advance(TimeSpan.FromSeconds(1));
            for (var i = 0; i < Names.Length; i++)
            {
                Read(i);
            }

            Next();
            if (Open.Count == 0 && IsRight())
            {
                return true;
            }
        }

        return false;
    }

    public bool IsRight() => Enumerable.Range(0, Names.Length).All(i =>
        Stores[i].Count(held => held.Value.Pinned) == _catalog.Values.Count(video => Belongs(i, video))
        && Stores[i].Keys.All(_catalog.ContainsKey)
        && _catalog.Values.Where(video => Belongs(i, video)).All(video =>
            Stores[i].TryGetValue(video.Name, out var held) && held == new HeldContent(video.Size, video.Sha256, Pinned: true)));

    private bool Belongs(int replica, CatalogVideo video) => Cluster.Current.Belongs(replica, Cluster.Current.Videos.GetValueOrDefault(video.Name)!);

    private int Receive(FillAction.Push push, CatalogVideo video, int? status)
    {
        if (status is not (null or 0))
        {
            return status.Value;
        }

        var isThere = push.Source == PushRoute.Origin
            ? _catalog.TryGetValue(video.Name, out var now) && now.Sha256 == video.Sha256
            : Stores[push.Source].TryGetValue(video.Name, out var held) && held.Sha256 == video.Sha256;
        if (!isThere)
        {
            return 404;
        }

        Stores[push.Target][video.Name] = new HeldContent(video.Size, video.Sha256, Pinned: true);
        return status ?? VideoReceipt.Done;
    }

    /// <summary>What it holds otherwise by now, it keeps.</summary>
    private int Drop(int target, HeldVideo video, int? status)
    {
        if (status is not (null or 0))
        {
            return status.Value;
        }

        if (!Stores[target].TryGetValue(video.Name, out var held) || held != video.Content)
        {
            return 404;
        }

        Stores[target].Remove(video.Name);
        return status ?? VideoReceipt.Done;
    }

    private void Plan()
    {
        if (_copies is { } copies)
        {
            var replicas = new PlacementReplicas(Names.Select(name => new PlacementReplica(name, Capacity: null)));
            Cluster.SetPlan(
                PlacementPlan.Create(replicas, _catalog.Values.Select(video => new PlacementVideo(video.Name, video.Size, copies)), slack: 10),
                Cluster.Current.Catalog!);
        }
    }
}
