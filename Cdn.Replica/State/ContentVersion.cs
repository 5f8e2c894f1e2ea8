using Cdn.Contracts;

namespace Cdn.Replica.State;

/// <summary>One version of a video, whoever has it.</summary>
/// <param name="Sha256">Digest of the content.</param>
/// <param name="Size">Bytes.</param>
/// <param name="LastModified">The origin's modification time, in whole seconds.</param>
internal sealed record ContentVersion(Sha256Digest Sha256, long Size, DateTimeOffset LastModified)
{
    /// <summary>
    /// Its tag, with quotes. Worked out when it is asked for: a copy with another time must not keep the old one.
    /// </summary>
    public string ETag => EntityTags.Of(LastModified, Size);
}
