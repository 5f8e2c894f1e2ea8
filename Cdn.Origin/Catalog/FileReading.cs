namespace Cdn.Origin.Catalog;

/// <summary>How video files are opened for reading from one end to the other.</summary>
internal static class FileReading
{
    /// <summary>Bytes read at a time: 256 KiB, from where on larger reads gain nothing.</summary>
    public const int BufferSize = 256 * 1024;

    /// <summary>Readers stand in nobody's way: the file may be replaced or removed meanwhile.</summary>
    public static readonly FileStreamOptions Options = new()
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.SequentialScan,
        BufferSize = BufferSize,
    };
}
