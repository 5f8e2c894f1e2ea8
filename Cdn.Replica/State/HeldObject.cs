using Cdn.Contracts;

namespace Cdn.Replica.State;

/// <summary>Verified content on this replica's disk. There may be a million of them, so it is as small as can be.</summary>
/// <param name="id">Its row in the index.</param>
/// <param name="sha256">Its digest, which is also its file name.</param>
/// <param name="size">Bytes.</param>
/// <param name="modified">The origin's modification time in seconds since 1970, also that of the file.</param>
/// <param name="isPinned">Whether the plan assigned it to this replica; what was only pulled may be evicted.</param>
/// <param name="firstName">A name that it has, or had: the only one, unless the writer knows of several.</param>
internal sealed class HeldObject(long id, Sha256Digest sha256, long size, long modified, bool isPinned, VideoName firstName)
{
    public long Id => id;

    public Sha256Digest Sha256 => sha256;

    public long Size => size;

    public long Modified => modified;

    public bool IsPinned => isPinned;

    public VideoName FirstName => firstName;

    public DateTimeOffset LastModified => DateTimeOffset.FromUnixTimeSeconds(modified);

    public ContentVersion Version => new(sha256, size, LastModified);

    /// <summary>What the inventory says of a name that has it.</summary>
    public HeldContent Content => new(size, sha256, isPinned);

    /// <summary>The same object with another time, pinned or not.</summary>
    public HeldObject With(long lastModified, bool pinned) => new(id, sha256, size, lastModified, pinned, firstName);
}
