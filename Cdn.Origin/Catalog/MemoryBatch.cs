using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>What is to be remembered, in one transaction.</summary>
internal sealed record MemoryBatch
{
    /// <summary>Videos as they are now; null for those that are gone.</summary>
    public IReadOnlyDictionary<VideoName, PublishedVideo?> Videos { get; init; } = new Dictionary<VideoName, PublishedVideo?>();

    /// <summary>Versions that were removed.</summary>
    public IReadOnlyList<RemovedVideo> Removed { get; init; } = [];

    /// <summary>Time of the youngest removed version that is not remembered by name.</summary>
    public DateTimeOffset? Forgotten { get; init; }

    /// <summary>All mounts, if they changed.</summary>
    public IReadOnlyDictionary<string, ulong>? Mounts { get; init; }

    /// <summary>Ends when it was written, or could not be.</summary>
    public TaskCompletionSource Written { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The revision that was published, and the sum of its content.</summary>
    public (long Revision, string Content)? Published { get; init; }
}
