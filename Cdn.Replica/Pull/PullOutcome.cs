using Cdn.Replica.Intake;

namespace Cdn.Replica.Pull;

/// <summary>What came of asking the origin for a video that is not held.</summary>
internal abstract record PullOutcome
{
    private PullOutcome()
    {
    }

    /// <summary>It is on its way, and can be read as it arrives.</summary>
    public sealed record Arriving(VideoSource Source) : PullOutcome;

    /// <summary>It has just become held.</summary>
    public sealed record Stored : PullOutcome;

    /// <summary>The origin has it, but the store has no room for it and nothing to give up.</summary>
    public sealed record NoRoom : PullOutcome;

    /// <summary>It is not to be had.</summary>
    /// <param name="Status">404, 429, 502, 503 or 504.</param>
    /// <param name="Reason">One sentence that says why.</param>
    /// <param name="RetryAfter">Seconds after which asking again makes sense, if it does.</param>
    public sealed record Failed(int Status, string Reason, int? RetryAfter = null) : PullOutcome;
}
