namespace Cdn.Benchmarks.Measuring;

/// <summary>The kernel's page cache.</summary>
internal static class PageCache
{
    private const string DropCaches = "/proc/sys/vm/drop_caches";

    /// <summary>Whether this user may empty it (root, and not in most containers).</summary>
    public static bool CanDrop { get; } = CanOpen();

    /// <summary>Empties it, of this whole machine's files. What is not written yet stays, so the caller syncs first.</summary>
    public static void Drop()
    {
        using var file = Open();
        file.Write("1\n"u8);
    }

    private static FileStream Open() => new(DropCaches, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    private static bool CanOpen()
    {
        try
        {
            Open().Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
