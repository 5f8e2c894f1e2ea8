using System.Runtime.InteropServices;

namespace Cdn.Benchmarks.Processes;

/// <summary>kill(2): .NET itself can only send SIGKILL, after which no server stops its workers.</summary>
internal static partial class Signals
{
    private const int Term = 15;

    public static void Terminate(int processId) => _ = SysKill(processId, Term);

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SysKill(int pid, int signal);
}
