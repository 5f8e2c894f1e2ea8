using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Origin.Files;

/// <summary>Whether some process has a file open for writing.</summary>
internal static partial class OpenWriters
{
    private const int SetSignal = 10;
    private const int SignalUrgent = 23;
    private const int SetLease = 1024;
    private const int ReadLease = 0;
    private const int Unlock = 2;
    private const int WouldBlock = 11;

    /// <summary>
    /// Asks Linux for a read lease (fcntl(2), F_SETLEASE), which it refuses while the file is open for writing anywhere on
    /// this machine. Where that cannot be asked (another system, another owner's file, a network file system) the answer is
    /// no, and the file's age alone decides.
    /// </summary>
    public static bool Has(SafeFileHandle file)
    {
        // Whoever opens the file for writing in the instant that the lease is held makes the kernel send us a signal: SIGURG,
        // which does nothing, in place of SIGIO, which would end the process.
        if (!OperatingSystem.IsLinux() || FileControl(file, SetSignal, SignalUrgent) != 0)
        {
            return false;
        }

        if (FileControl(file, SetLease, ReadLease) == 0)
        {
            _ = FileControl(file, SetLease, Unlock);
            return false;
        }

        return Marshal.GetLastPInvokeError() == WouldBlock;
    }

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FileControl(SafeFileHandle file, int command, int argument);
}
