using Cdn.Contracts;

namespace Cdn.Replica.Store;

/// <summary>Verified content on this replica's disk.</summary>
/// <param name="Sha256">Its digest, which is also its file name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="LastModified">The origin's modification time in whole seconds, also that of the file.</param>
/// <param name="IsPinned">Whether the plan assigned it to this replica; what was only pulled may be evicted.</param>
internal sealed record HeldObject(Sha256Digest Sha256, long Size, DateTimeOffset LastModified, bool IsPinned)
{
    /// <summary>Its tag, with quotes. Worked out when it is asked for: a copy with another time must not keep the old one.</summary>
    public string ETag => EntityTags.Of(LastModified, Size);
}
