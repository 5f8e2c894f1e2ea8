using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.State;
using Cdn.Replica.Store;

namespace Cdn.Replica.Fill;

/// <summary>What a push of one and a push of many are refused for alike.</summary>
internal static class PushChecks
{
    /// <summary>Why nothing is taken from this sender now; null if there is no reason.</summary>
    /// <param name="store">The store.</param>
    /// <param name="sender">Up to where the sender has applied purges; null if it sends originals.</param>
    public static IntakeOutcome.Refused? Refuse(VideoStore store, PurgeMark? sender)
    {
        if (store.Opening is { } opening)
        {
            return new(StatusCodes.Status503ServiceUnavailable, $"The store is being opened: {opening}");
        }

        return sender is not null && store.Current.Mark is { } own && !sender.Includes(own)
            ? new(StatusCodes.Status409Conflict, "The sender has not applied all purges; what it sends may be purged.")
            : null;
    }

    public static IntakeOutcome.Refused Wrong(ContentVersion version) => new(
        StatusCodes.Status422UnprocessableEntity, $"The {version.Size} bytes received do not have the digest {version.Sha256}; they were discarded.");
}
