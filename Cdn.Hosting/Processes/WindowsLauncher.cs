using System.Diagnostics;

namespace Cdn.Hosting;

/// <summary>Starts processes on Windows. There is no guardian: what is left when the AppHost is killed is left.</summary>
internal sealed class WindowsLauncher : IProcessLauncher
{
    public IRunningProcess Start(ProcessSpec spec, Action<string, bool> line)
    {
        var start = new ProcessStartInfo(spec.Command, spec.Args)
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.Start();
        process.StandardInput.Close();
        return new WindowsProcess(process, line);
    }

    public void Dispose()
    {
    }

    private sealed class WindowsProcess : IRunningProcess
    {
        private readonly Process _process;
        private readonly Task _pumps;

        public WindowsProcess(Process process, Action<string, bool> line)
        {
            _process = process;
            _pumps = Task.WhenAll(
                LinePump.RunAsync(process.StandardOutput.BaseStream, text => line(text, false)),
                LinePump.RunAsync(process.StandardError.BaseStream, text => line(text, true)));
            Exited = WaitAsync();
        }

        public int Pid => _process.Id;

        public Task<int> Exited { get; }

        // A process without a window of its own cannot be asked.
        public void Terminate() => Kill();

        public void Kill()
        {
            try
            {
                _process.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It has ended.
            }
        }

        public async Task CleanUpAsync()
        {
            await Task.WhenAny(_pumps, Task.Delay(TimeSpan.FromSeconds(1))).ConfigureAwait(false);
            _process.Dispose();
        }

        private async Task<int> WaitAsync()
        {
            await _process.WaitForExitAsync().ConfigureAwait(false);
            return _process.ExitCode;
        }
    }
}
