namespace Cdn.Contracts;

/// <summary>What came of one video of many.</summary>
/// <param name="Video">Its name.</param>
/// <param name="Status">
/// 204 if it is done: the replica holds it after a push, and does not after a drop; else what a request for it alone would have
/// been answered with.
/// </param>
/// <param name="Reason">Why it is not done.</param>
public sealed record VideoReceipt(VideoName Video, int Status, string? Reason = null)
{
    /// <summary>The status of a video that it is done for.</summary>
    public const int Done = 204;

    /// <summary>Whether it is done.</summary>
    public bool IsDone => Status == Done;
}
