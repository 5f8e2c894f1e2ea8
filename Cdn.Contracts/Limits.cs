namespace Cdn.Contracts;

/// <summary>Limits that both ends of the wire must agree on.</summary>
public static class Limits
{
    /// <summary>
    /// Longest video name: 1,024 bytes of UTF-8, a quarter of Linux's PATH_MAX so that a store's own folder fits in front.
    /// </summary>
    public const int MaxVideoNameBytes = 1024;

    /// <summary>Longest segment of a video name: 255 bytes, Linux's NAME_MAX.</summary>
    public const int MaxVideoNameSegmentBytes = 255;

    /// <summary>
    /// Longest body of an internal JSON request: 16 KiB; the longest legal one (a name and a replica) has about 7 KiB.
    /// </summary>
    public const int MaxJsonRequestBytes = 16 * 1024;

    /// <summary>
    /// Most videos of a push or a drop of many: 1,024; from there on a request costs next to nothing beside what is in it.
    /// </summary>
    public const int MaxBatchVideos = 1024;

    /// <summary>Most bytes of a push of many: 32 MiB, which a replica commits at once.</summary>
    public const long MaxBatchBytes = 32 * 1024 * 1024;

    /// <summary>
    /// Largest video of a push of many: 1 MiB; a replica has it in memory. A larger one is pushed alone, and can be resumed.
    /// </summary>
    public const long MaxBatchedVideoBytes = 1024 * 1024;

    /// <summary>Longest body that asks for a push of many: 2 MiB, 1,024 of the longest names.</summary>
    public const int MaxBatchRequestBytes = 2 * 1024 * 1024;

    /// <summary>
    /// Longest body that asks for a drop of many: 8 MiB. 1,024 of the longest names have 6.5 MB if each byte of them is escaped.
    /// </summary>
    public const int MaxDropRequestBytes = 8 * 1024 * 1024;

    /// <summary>Items of one answer of a feed: 10,000, some 3 MB.</summary>
    public const int MaxFeedItems = 10_000;

    /// <summary>Longest wait for something to change that may be asked for: 30 s.</summary>
    public const double MaxFeedWaitSeconds = 30;

    /// <summary>Purges that may be open: 10,000. Beyond that somebody has to purge by prefix, or all.</summary>
    public const int MaxOpenPurges = 10_000;

    /// <summary>Longest body that carries a log of purges: 32 MiB, ten thousand of the longest names.</summary>
    public const int MaxPurgeLogBytes = 32 * 1024 * 1024;

    /// <summary>Periods of demand that are remembered: 10, of a minute each if nothing else is set.</summary>
    public const int DemandPeriods = 10;

    /// <summary>Shortest shared key between the services: 16 characters (96 bits in base64).</summary>
    public const int MinSharedKeyLength = 16;

    /// <summary>
    /// Longest token: 4,096 characters. With the longest name, percent-encoded, it still fits in the 8 KiB that nginx takes for a
    /// request line.
    /// </summary>
    public const int MaxTokenLength = 4096;

    /// <summary>
    /// Revocations of tokens that may be open: 100,000, an empty file each at every door. Beyond that somebody has to revoke a
    /// key.
    /// </summary>
    public const int MaxRevocations = 100_000;
}
