using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>Asks a source to push many small videos to one replica in one request (<see cref="Routes.PushVideos"/>).</summary>
/// <param name="Replica">The replica's name.</param>
/// <param name="Videos">
/// Which versions; at most <see cref="Limits.MaxBatchVideos"/> and <see cref="Limits.MaxBatchBytes"/>.
/// </param>
public sealed record PushManyRequest(string Replica, ImmutableArray<CatalogVideo> Videos);

/// <summary>What came of a push of many videos.</summary>
/// <param name="Receipts">One for each that was asked for.</param>
/// <param name="Sent">Bytes of videos that were sent.</param>
/// <param name="Seconds">Time it took.</param>
public sealed record PushManyResult(ImmutableArray<VideoReceipt> Receipts, long Sent, double Seconds);

/// <summary>What a replica took of many videos that came in one request (<see cref="Routes.CacheVideos"/>).</summary>
/// <param name="Receipts">One for each that came whole.</param>
public sealed record ReceiveManyAnswer(ImmutableArray<VideoReceipt> Receipts);
