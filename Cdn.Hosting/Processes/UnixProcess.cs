using System.Diagnostics;

namespace Cdn.Hosting;

/// <summary>A process on Linux or macOS, and its group.</summary>
internal sealed class UnixProcess : IRunningProcess
{
    /// <summary>What a process leaves behind at its end gets so long to end by itself.</summary>
    private static readonly TimeSpan GroupGrace = TimeSpan.FromMilliseconds(500);

    /// <summary>The last lines of a process are waited for; not for ever, since a stranger may hold the pipe.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly ProcessSpec _spec;
    private readonly Guardian _guardian;
    private readonly Task _pumps;
    private readonly int _target;

    public UnixProcess(Process process, ProcessSpec spec, bool grouped, Guardian guardian, Action<string, bool> line)
    {
        _process = process;
        _spec = spec;
        _guardian = guardian;
        Pid = process.Id;
        _target = grouped ? -Pid : Pid;
        _pumps = Task.WhenAll(
            LinePump.RunAsync(process.StandardOutput.BaseStream, text => line(text, false)),
            LinePump.RunAsync(process.StandardError.BaseStream, text => line(text, true)));
        Exited = WaitAsync();
    }

    public int Pid { get; }

    public Task<int> Exited { get; }

    public void Terminate()
    {
        if (!Exited.IsCompleted)
        {
            Signal(_spec.SignalGroup ? _target : Pid, UnixSignals.Term);
        }
    }

    public void Kill()
    {
        // The group may outlive its leader, and keeps its id from being given to another as long as it does.
        Signal(_target, UnixSignals.Kill);
    }

    public async Task CleanUpAsync()
    {
        if (_target < 0 && UnixSignals.Send(_target, UnixSignals.Term))
        {
            var started = Stopwatch.GetTimestamp();
            while (UnixSignals.Exists(_target) && Stopwatch.GetElapsedTime(started) < GroupGrace)
            {
                await Task.Delay(10).ConfigureAwait(false);
            }

            Kill();
        }

        _guardian.Unwatch(Pid);
        await Task.WhenAny(_pumps, Task.Delay(DrainTime)).ConfigureAwait(false);
        _process.Dispose();
    }

    /// <summary>A process that was just started does not lead its group yet; then it alone is meant.</summary>
    private void Signal(int target, int signal)
    {
        if (!UnixSignals.Send(target, signal) && !Exited.IsCompleted)
        {
            _ = UnixSignals.Send(Pid, signal);
        }
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        return _process.ExitCode;
    }
}
