namespace Cdn.Controller.Fill;

/// <summary>
/// Something that is left alone for a while after it failed: a source that does not answer, a replica that takes nothing.
/// </summary>
internal sealed class Gate
{
    private int _failures;

    /// <summary>When it is tried again.</summary>
    public TimeSpan OpensAt { get; private set; }

    /// <summary>Videos of this size and larger are meant. 0: all.</summary>
    public long FromSize { get; private set; }

    public bool IsShut(TimeSpan now, long size = 0) => now < OpensAt && size >= FromSize;

    public void Failed(TimeSpan now, TimeSpan longest, ulong hash, long fromSize = 0)
    {
        if (now >= OpensAt)
        {
            _failures++; // What was under way at the same time failed for the same reason, and counts once.
            FromSize = fromSize;
        }

        FromSize = Math.Min(FromSize, fromSize);
        OpensAt = now + Backoff.After(_failures, longest, hash);
    }

    public void Open() => (_failures, OpensAt, FromSize) = (0, default, 0);
}
