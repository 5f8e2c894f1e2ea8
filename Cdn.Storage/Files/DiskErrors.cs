using Microsoft.Data.Sqlite;

namespace Cdn.Storage.Files;

/// <summary>What an error of the disk means.</summary>
public static class DiskErrors
{
    private const int SqliteFull = 13;

    /// <summary>Whether it is one of the disk, and not of the program.</summary>
    public static bool IsOfTheDisk(Exception error) => error is IOException or UnauthorizedAccessException or SqliteException;

    /// <summary>
    /// Whether there is no room: ENOSPC (28) and EDQUOT (122) as .NET passes them on, ERROR_DISK_FULL (112) of Windows, and
    /// SQLITE_FULL.
    /// </summary>
    public static bool IsFull(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return (error is IOException && (error.HResult & 0xFFFF) is 28 or 122 or 112) || error is SqliteException { SqliteErrorCode: SqliteFull };
    }

    /// <summary>
    /// Whether a file cannot have this further link, but could be copied: too many links, or a file system without any.
    /// </summary>
    /// <param name="error">Of link(2).</param>
    public static bool IsLinkRefused(int error) =>
        error is Libc.TooManyLinks or Libc.NotPermitted or Libc.OtherDevice or Libc.NotSupported or Libc.NotImplemented;

    /// <summary>Whether something is there already.</summary>
    public static bool IsThere(int error) => error == Libc.Exists;

    /// <summary>Whether it, or its folder, is not there.</summary>
    public static bool IsMissing(int error) => error == Libc.NoEntry;

    /// <summary>Whether a file is where a folder ought to be.</summary>
    public static bool IsNoFolder(int error) => error == Libc.NotAFolder;

    /// <summary>Whether the file is away, and not something wrong with the disk.</summary>
    public static bool IsGone(Exception error) => error is FileNotFoundException or DirectoryNotFoundException;
}
