namespace Cdn.Contracts;

/// <summary>What a replica holds under one name, without the name: see <see cref="HeldVideo"/>.</summary>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Digest of the content.</param>
/// <param name="Pinned">Whether it was pushed, and stays.</param>
public readonly record struct HeldContent(long Size, Sha256Digest Sha256, bool Pinned)
{
    /// <summary>The same with its name, as it goes over the wire.</summary>
    public HeldVideo Named(VideoName name) => new(name, Size, Sha256, Pinned);
}
