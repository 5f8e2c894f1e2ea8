using Cdn.Contracts;
using Cdn.Replica.Store.Commands;

namespace Cdn.Replica.Intake;

/// <summary>What a commit means to who brought it.</summary>
internal static class Outcomes
{
    public static IntakeOutcome Of(CommitStatus status, VideoName name) => status switch
    {
        CommitStatus.Held => new IntakeOutcome.Held(),
        CommitStatus.Purged => new IntakeOutcome.Refused(StatusCodes.Status409Conflict, $"'{name}' was purged while it was on its way."),
        _ => new IntakeOutcome.Refused(StatusCodes.Status503ServiceUnavailable, $"The content of '{name}' has just gone; it has to be sent."),
    };
}

/// <summary>What came is not what its digest says.</summary>
internal sealed class WrongBytesException() : IOException("What arrived is not what its digest says.");
