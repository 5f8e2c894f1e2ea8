namespace Cdn.Replica.Intake;

/// <summary>How something that was to be taken in ended.</summary>
internal abstract record IntakeOutcome
{
    private IntakeOutcome()
    {
    }

    /// <summary>The video is held: verified, durable, and in the inventory.</summary>
    public sealed record Held : IntakeOutcome;

    /// <summary>It is not.</summary>
    /// <param name="Status">HTTP status that says whose fault it is.</param>
    /// <param name="Reason">One sentence that says why.</param>
    /// <param name="Offset">Where it would go on, if that is what was wrong.</param>
    public sealed record Refused(int Status, string Reason, long? Offset = null) : IntakeOutcome;

    /// <summary>It broke off, and can be gone on with.</summary>
    /// <param name="Status">HTTP status that says whose fault it is.</param>
    /// <param name="Reason">One sentence that says why.</param>
    /// <param name="Arrived">How far it is.</param>
    public sealed record Broken(int Status, string Reason, long Arrived) : IntakeOutcome;
}

/// <summary>What is to be taken in.</summary>
/// <param name="Name">The name that it gets.</param>
/// <param name="Version">Which content.</param>
/// <param name="IsPinned">Whether it was pushed, and stays.</param>
/// <param name="Since">Purges before it was asked for.</param>
/// <param name="Offset">Where who brings it begins; null if that is for the intake to say.</param>
internal sealed record IntakeRequest(Contracts.VideoName Name, State.ContentVersion Version, bool IsPinned, long Since, long? Offset = null);

/// <summary>Somebody may bring something; or why not.</summary>
/// <param name="Arrival">What is arriving.</param>
/// <param name="Skip">Bytes at the beginning of what he brings that are here already.</param>
/// <param name="Refusal">Why not.</param>
internal readonly record struct IntakeBeginning(Arrival? Arrival, long Skip, IntakeOutcome.Refused? Refusal);
