using System.Runtime.InteropServices;

namespace Cdn.Tests.Infrastructure;

/// <summary>kill(2).</summary>
internal static partial class UnixSignals
{
    public const int Kill = 9;
    public const int Term = 15;

    /// <summary>Sends a signal to a process, or to a whole group if the id is negative; false if there is none.</summary>
    public static bool Send(int target, int signal) => SysKill(target, signal) == 0;

    /// <summary>Whether there is such a process or group.</summary>
    public static bool Exists(int target) => SysKill(target, 0) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SysKill(int pid, int signal);
}
