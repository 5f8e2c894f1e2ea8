using System.Runtime.InteropServices;

namespace Cdn.Origin.Files;

/// <summary>
/// Files and folders that are open by their number. .NET can neither find without opening (O_PATH) nor list what it has found.
/// Numbers are those of <c>fcntl.h</c>, the same on x64 and arm64 unless said.
/// </summary>
internal static unsafe partial class Descriptors
{
    public const int ReadOnly = 0;
    public const int NonBlocking = 0x800;
    public const int PathOnly = 0x200000;

    private const int CloseOnExec = 0x80000;

    /// <summary>O_DIRECTORY: one of the few that differ between machines.</summary>
    public static readonly int FolderOnly = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x4000 : 0x10000;

    /// <summary>What the last call of this thread failed with.</summary>
    public static int LastError => Marshal.GetLastPInvokeError();

    /// <summary>Opens a path, which ends in a zero byte. Returns the descriptor, or -1.</summary>
    public static int Open(ReadOnlySpan<byte> path, int flags)
    {
        fixed (byte* text = path)
        {
            return Open(text, flags | CloseOnExec, 0);
        }
    }

    /// <summary>Where a link leads to, as bytes; empty if that cannot be told.</summary>
    public static int ReadLink(ReadOnlySpan<byte> path, Span<byte> target)
    {
        fixed (byte* text = path, buffer = target)
        {
            return (int)ReadLink(text, buffer, (nuint)target.Length);
        }
    }

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    public static partial nint OpenFolder(int file);

    /// <summary>The next entry of a folder; null at its end, or with <see cref="LastError"/> set.</summary>
    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    public static partial byte* ReadFolder(nint folder);

    [LibraryImport("libc", EntryPoint = "closedir", SetLastError = true)]
    public static partial int CloseFolder(nint folder);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true)]
    private static partial int Open(byte* path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true)]
    private static partial nint ReadLink(byte* path, byte* buffer, nuint size);
}
