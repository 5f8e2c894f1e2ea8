namespace Cdn.Transfer.Push;

/// <summary>
/// How many videos travel in one body: one after the other a line of JSON (<see cref="Contracts.CatalogVideo"/>) and the bytes.
/// </summary>
public static class BatchFormat
{
    /// <summary>Media type of such a body.</summary>
    public const string MediaType = "application/vnd.cdn.batch";

    /// <summary>Longest line: 8 KiB; the longest legal one (a name of which every byte is escaped) has about 7 KiB.</summary>
    public const int MaxLineBytes = 8 * 1024;
}
