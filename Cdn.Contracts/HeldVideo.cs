namespace Cdn.Contracts;

/// <summary>One video that a replica holds: received whole, verified, and on its disk.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Digest of the content.</param>
/// <param name="Pinned">
/// Whether it was pushed, and stays. One that the replica pulled by itself may be evicted at any time.
/// </param>
public sealed record HeldVideo(VideoName Name, long Size, Sha256Digest Sha256, bool Pinned)
{
    /// <summary>The same without its name.</summary>
    public HeldContent Content => new(Size, Sha256, Pinned);
}

/// <summary>Whether a replica holds one video.</summary>
public sealed record IsCachedAnswer(bool Cached, long? Size, Sha256Digest? Sha256);
