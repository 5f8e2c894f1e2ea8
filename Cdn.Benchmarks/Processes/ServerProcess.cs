using System.Diagnostics;

namespace Cdn.Benchmarks.Processes;

/// <summary>A server in the foreground, whose output goes to a file.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Time that a server has after SIGTERM: 15 s, more than the CDN gives its services.</summary>
    private static readonly TimeSpan _stopGrace = TimeSpan.FromSeconds(15);

    /// <summary>Lines of its output that are shown when it fails.</summary>
    private const int TailLines = 15;

    private readonly Process _process;
    private readonly string _log;
    private readonly StreamWriter _writer;

    private ServerProcess(ProcessStartInfo start, string log)
    {
        (_log, _writer) = (log, new StreamWriter(log) { AutoFlush = true });
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += Write;
        _process.ErrorDataReceived += Write;
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program in a folder, where its output is written to <c>NAME.log</c>.</summary>
    public static ServerProcess Start(
        string program, string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Programs.Require(program), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(start, Path.Combine(folder, $"{Path.GetFileName(program)}.log"));
    }

    /// <summary>The end of its output.</summary>
    public string Tail()
    {
        lock (_writer)
        {
            return string.Join('\n', File.ReadLines(_log).TakeLast(TailLines));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signals.Terminate(_process.Id);
            try
            {
                using var grace = new CancellationTokenSource(_stopGrace);
                await _process.WaitForExitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
        lock (_writer)
        {
            _writer.Dispose();
        }
    }

    private void Write(object sender, DataReceivedEventArgs line)
    {
        lock (_writer)
        {
            if (line.Data is not null && _writer.BaseStream is not null)
            {
                _writer.WriteLine(line.Data);
            }
        }
    }
}
