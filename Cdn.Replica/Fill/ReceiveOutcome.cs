namespace Cdn.Replica.Fill;

/// <summary>How a push to this replica ended.</summary>
internal abstract record ReceiveOutcome
{
    private ReceiveOutcome()
    {
    }

    /// <summary>The video is held: verified, durable, and in the inventory.</summary>
    /// <param name="Received">Bytes that this push brought.</param>
    public sealed record Held(long Received) : ReceiveOutcome;

    /// <summary>It is not.</summary>
    /// <param name="Status">HTTP status that says whose fault it is.</param>
    /// <param name="Reason">One sentence that says why.</param>
    /// <param name="Offset">Where a push would go on, if that is what was wrong.</param>
    public sealed record Refused(int Status, string Reason, long? Offset = null) : ReceiveOutcome;
}
