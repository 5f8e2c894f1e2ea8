using Cdn.Contracts;
using Cdn.Origin.Files;

namespace Cdn.Origin.Hashing;

/// <summary>What is hashed before what.</summary>
internal enum HashUrgency
{
    /// <summary>Something is published under the name, and is not what the name has now.</summary>
    Replaced,

    /// <summary>Nothing is published under the name yet.</summary>
    New,

    /// <summary>What is published is probably right.</summary>
    Verification,
}

/// <summary>One version of a file that is to be read and hashed.</summary>
/// <param name="owner">Whose it is; the result carries it back.</param>
/// <param name="name">Its name below <c>VIDEO_DIR</c>.</param>
/// <param name="identity">Which version. If the file is another one by then, it is not read.</param>
/// <param name="urgency">What it goes before.</param>
/// <param name="added">When it was asked for.</param>
internal sealed class HashJob(object owner, string name, FileIdentity identity, HashUrgency urgency, long added)
{
    private int _isCancelled;
    private long _progressAt;

    public object Owner => owner;

    public string Name => name;

    public FileIdentity Identity => identity;

    public HashUrgency Urgency => urgency;

    public long Added => added;

    /// <summary>The file has gone or changed: nobody waits for it.</summary>
    public bool IsCancelled => Volatile.Read(ref _isCancelled) != 0;

    /// <summary>When it was begun, or last came a piece further; 0 while it waits.</summary>
    public long ProgressAt
    {
        get => Volatile.Read(ref _progressAt);
        set => Volatile.Write(ref _progressAt, value);
    }

    public void Cancel() => Volatile.Write(ref _isCancelled, 1);
}

/// <summary>How it ended.</summary>
internal enum HashEnd
{
    /// <summary>The digest is that of this version.</summary>
    Hashed,

    /// <summary>The file is, or became, another version.</summary>
    Changed,

    /// <summary>Somebody has it open for writing.</summary>
    BeingWritten,

    /// <summary>It is not there.</summary>
    Gone,

    /// <summary>It is none that may be published.</summary>
    Forbidden,

    /// <summary>It cannot be read.</summary>
    Unreadable,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>The result.</summary>
internal sealed record HashResult(HashJob Job, HashEnd End, Sha256Digest Digest = default, string? Reason = null);

/// <summary>What waits to be hashed.</summary>
/// <param name="Waiting">Files.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Running">Files that are being hashed.</param>
/// <param name="Oldest">The file that was asked for first and is not done.</param>
/// <param name="OldestSeconds">How long ago.</param>
internal sealed record HashBacklog(int Waiting, long Bytes, int Running, string? Oldest, double OldestSeconds);
