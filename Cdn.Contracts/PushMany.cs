using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>Asks a source to push many small videos to one replica in one request (<see cref="Routes.PushVideos"/>).</summary>
/// <param name="Replica">The replica's name.</param>
/// <param name="Videos">
/// Which versions; at most <see cref="Limits.MaxBatchVideos"/> and <see cref="Limits.MaxBatchBytes"/>.
/// </param>
public sealed record PushManyRequest(string Replica, ImmutableArray<CatalogVideo> Videos);

/// <summary>What came of one video of many.</summary>
/// <param name="Video">Its name.</param>
/// <param name="Status">204 if the replica holds it now; else what a push of it alone would have been answered with.</param>
/// <param name="Reason">Why it does not.</param>
public sealed record PushReceipt(VideoName Video, int Status, string? Reason = null)
{
    /// <summary>The status of a video that is held.</summary>
    public const int Held = 204;

    /// <summary>Whether the replica holds it.</summary>
    public bool IsHeld => Status == Held;
}

/// <summary>What came of a push of many videos.</summary>
/// <param name="Receipts">One for each that was asked for.</param>
/// <param name="Sent">Bytes of videos that were sent.</param>
/// <param name="Seconds">Time it took.</param>
public sealed record PushManyResult(ImmutableArray<PushReceipt> Receipts, long Sent, double Seconds);

/// <summary>What a replica took of many videos that came in one request (<see cref="Routes.CacheVideos"/>).</summary>
/// <param name="Receipts">One for each that came whole.</param>
public sealed record ReceiveManyAnswer(ImmutableArray<PushReceipt> Receipts);
