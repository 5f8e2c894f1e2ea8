using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Controller.Fill;

/// <summary>Something that is to be done now. The planner says what; the executor does it, and says what came of it.</summary>
/// <param name="Id">Tells it apart.</param>
internal abstract record FillAction(long Id)
{
    /// <summary>Somebody is to push videos to a replica: one, or many small ones in one request.</summary>
    /// <param name="Id">Tells it apart.</param>
    /// <param name="Target">The replica's number.</param>
    /// <param name="Source">Number of the replica that has them, or <see cref="PushRoute.Origin"/>.</param>
    /// <param name="Videos">What.</param>
    internal sealed record Push(long Id, int Target, int Source, ImmutableArray<CatalogVideo> Videos) : FillAction(Id);

    /// <summary>A replica is to drop videos, which go in one request.</summary>
    /// <param name="Id">Tells it apart.</param>
    /// <param name="Target">The replica's number.</param>
    /// <param name="Videos">What, as the replica is known to hold it.</param>
    internal sealed record Drop(long Id, int Target, ImmutableArray<HeldVideo> Videos) : FillAction(Id);

    /// <summary>What is under way is given up: one of the two is down, and may keep its connections for ever.</summary>
    internal sealed record GiveUp(long Id) : FillAction(Id);
}

/// <summary>What came of an action.</summary>
/// <param name="Id">The action.</param>
/// <param name="Receipts">What came of each video. Status 0: whoever was asked did not answer.</param>
internal sealed record FillResult(long Id, ImmutableArray<VideoReceipt> Receipts);

/// <summary>What is to be done now, and when to look again if nothing happens before.</summary>
internal sealed record FillStep(ImmutableArray<FillAction> Actions, TimeSpan LookAgainAt);
