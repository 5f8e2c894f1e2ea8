using Cdn.Contracts;

namespace Cdn.Transfer.Push;

/// <summary>How a push ended.</summary>
public abstract record PushOutcome
{
    private PushOutcome()
    {
    }

    /// <summary>The replica holds the video, verified.</summary>
    public sealed record Verified(PushResult Result) : PushOutcome;

    /// <summary>It does not.</summary>
    /// <param name="Status">HTTP status that says whose fault it is.</param>
    /// <param name="Reason">One sentence that says why.</param>
    public sealed record Failed(int Status, string Reason) : PushOutcome;
}
