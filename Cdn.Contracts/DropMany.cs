using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>Asks a replica to drop many videos in one request (<see cref="Routes.DropVideos"/>).</summary>
/// <param name="Videos">
/// What it holds, as the one who asks knows it: what it holds otherwise by now, it keeps. At most <see
/// cref="Limits.MaxBatchVideos"/>.
/// </param>
public sealed record DropManyRequest(ImmutableArray<HeldVideo> Videos);

/// <summary>What a replica dropped of many videos.</summary>
/// <param name="Receipts">One for each that was named; 404 for what is not held, or not as it was said to be.</param>
public sealed record DropManyAnswer(ImmutableArray<VideoReceipt> Receipts);
