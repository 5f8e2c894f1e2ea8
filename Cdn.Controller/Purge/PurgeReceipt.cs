using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Cdn.Controller.Audit;

namespace Cdn.Controller.Purge;

/// <summary>How a purge ended on one replica.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PurgeStatus>))]
internal enum PurgeStatus
{
    /// <summary>It held some of it, and does not any more.</summary>
    [JsonStringEnumMemberName("purged")]
    Purged,

    /// <summary>It held nothing of it.</summary>
    [JsonStringEnumMemberName("not-held")]
    NotHeld,

    /// <summary>It did not confirm. It gets no request for what was purged before it has.</summary>
    [JsonStringEnumMemberName("unreachable")]
    Unreachable,
}

/// <summary>What one replica says of a purge.</summary>
/// <param name="Replica">Its name.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Videos">Names that it dropped.</param>
/// <param name="Bytes">Bytes that these names had.</param>
/// <param name="Milliseconds">Time until it had confirmed, or until nobody waited any more.</param>
/// <param name="Reason">Why it did not confirm.</param>
/// <param name="ServedUntil">
/// Until when at the latest nginx may serve from its store what was purged, if it does not confirm until then. Absent where nginx
/// reads no store that this controller can close: then it asks the replica, or there is no bound.
/// </param>
internal sealed record PurgeReceipt(
    string Replica, PurgeStatus Status, int Videos, long Bytes, double Milliseconds, string? Reason, DateTimeOffset? ServedUntil = null);

/// <summary>The answer to a purge.</summary>
/// <param name="Number">Its number in the origin's log.</param>
/// <param name="Milliseconds">Time from the request to the last receipt.</param>
/// <param name="Receipts">One per configured replica.</param>
internal sealed record PurgeReport(long Number, double Milliseconds, ImmutableArray<PurgeReceipt> Receipts) : IAudited
{
    public string Describe() =>
        $"purge {Number}: {string.Join(", ", Receipts.Select(receipt => $"{receipt.Replica} {receipt.Status}"))}";
}
