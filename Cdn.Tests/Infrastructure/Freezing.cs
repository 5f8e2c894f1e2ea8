namespace Cdn.Tests.Infrastructure;

/// <summary>A process that hangs: it keeps its connections and answers nothing.</summary>
internal static class Freezing
{
    /// <summary>SIGCONT and SIGSTOP of Linux.</summary>
    private const int Continue = 18;
    private const int Stop = 19;

    public static void Freeze(int processId) => Assert.True(UnixSignals.Send(processId, Stop));

    public static void Thaw(int processId) => Assert.True(UnixSignals.Send(processId, Continue));
}
