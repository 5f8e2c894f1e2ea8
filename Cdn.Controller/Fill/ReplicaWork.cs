using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>
/// Order of what a replica lacks: what is in demand, then small ones, since most of them are there soonest; then by name, much
/// the same for all replicas.
/// </summary>
internal readonly record struct WorkOrder(long Requests, long Size, string Name) : IComparable<WorkOrder>
{
    public int CompareTo(WorkOrder other) =>
        Requests != other.Requests ? other.Requests.CompareTo(Requests)
        : Size != other.Size ? Size.CompareTo(other.Size)
        : string.CompareOrdinal(Name, other.Name);
}

/// <summary>A video that a replica did not get.</summary>
/// <param name="Tries">Times in a row.</param>
/// <param name="Status">How the last one was answered.</param>
/// <param name="Reason">Why.</param>
/// <param name="DueAt">When it is tried again.</param>
internal readonly record struct FailedTry(int Tries, int Status, string Reason, TimeSpan DueAt);

/// <summary>
/// What one replica lacks and has too much, kept up to date by what changes. Queues may name what has been settled otherwise
/// meanwhile; whoever takes something out looks at the row again.
/// </summary>
internal sealed class ReplicaWork
{
    /// <summary>What it may lack.</summary>
    public PriorityQueue<VideoName, WorkOrder> Lacking { get; } = new();

    /// <summary>What it may hold though the catalog has it no more.</summary>
    public Queue<VideoName> Gone { get; } = new();

    /// <summary>
    /// The same, by content, as long as it lacks that under another name: it links what it has, and nothing is sent.
    /// </summary>
    public Dictionary<Sha256Digest, List<VideoName>> KeptForLinks { get; } = [];

    /// <summary>What it holds though it belongs elsewhere, and is there; since when.</summary>
    public Dictionary<VideoName, TimeSpan> SurplusSince { get; } = [];

    /// <summary>The same in the order of time.</summary>
    public Queue<(VideoName Video, TimeSpan Since)> Surplus { get; } = new();

    /// <summary>What it answered that it has verified, and does not prove yet.</summary>
    public Dictionary<VideoName, Sha256Digest> Unproven { get; } = [];

    /// <summary>The same in the order of time.</summary>
    public Queue<(VideoName Video, TimeSpan AnsweredAt)> Answers { get; } = new();

    /// <summary>What failed.</summary>
    public Dictionary<VideoName, FailedTry> Failed { get; } = [];

    /// <summary>When what failed is tried again.</summary>
    public PriorityQueue<VideoName, TimeSpan> Retries { get; } = new();

    /// <summary>What waits for another replica to get it first.</summary>
    public HashSet<VideoName> Waiting { get; } = [];

    /// <summary>What is being dropped.</summary>
    public HashSet<VideoName> Dropping { get; } = [];

    /// <summary>Shut while it takes nothing, or nothing so large.</summary>
    public Gate Gate { get; } = new();

    /// <summary>Pieces of work under way.</summary>
    public int Running { get; set; }

    /// <summary>Videos in a row whose first try failed.</summary>
    public int FirstFailures { get; set; }

    /// <summary>Whether what it lacks has been looked through, which is done once.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Whether it was down when it was looked at last.</summary>
    public bool WasDown { get; set; } = true;

    /// <summary>It lacks a content no more under one name: what was kept for that is looked at again.</summary>
    public void Release(Sha256Digest content)
    {
        if (KeptForLinks.Remove(content, out var kept))
        {
            kept.ForEach(Gone.Enqueue);
        }
    }

    public void Lack(CatalogVideo video, ClusterSnapshot snapshot) =>
        Lacking.Enqueue(video.Name, new WorkOrder(snapshot.Demand.LatestRequests(video.Name), video.Size, video.Name.Value));
}
