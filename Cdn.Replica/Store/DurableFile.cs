using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Cdn.Replica.Store;

/// <summary>What POSIX has and .NET does not: hard links, and directories whose entries survive a power cut.</summary>
internal static partial class DurableFile
{
    private const int ReadOnly = 0;

    /// <summary>Makes <paramref name="link"/> another name of the file; fails if it exists.</summary>
    /// <exception cref="IOException">The link cannot be made; the message says why.</exception>
    public static void Link(string file, string link)
    {
        if (LinkNative(file, link) != 0)
        {
            throw LastError($"{link} cannot be linked");
        }
    }

    /// <summary>Renames over whatever is there, and makes the new entry durable before it returns.</summary>
    public static void RenameDurably(string source, string destination)
    {
        File.Move(source, destination, overwrite: true);
        SyncFolder(Path.GetDirectoryName(destination)!);
    }

    /// <summary>fsync(2) on a directory. Elsewhere than on Unix the file system's journal has to do.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0)
        {
            throw LastError($"{folder} cannot be opened");
        }

        var failed = Sync(descriptor) != 0;
        var error = failed ? LastError($"{folder} cannot be synchronised") : null;
        _ = Close(descriptor);
        if (error is not null)
        {
            throw error;
        }
    }

    private static IOException LastError(string what) =>
        new($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int LinkNative(string file, string link);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
