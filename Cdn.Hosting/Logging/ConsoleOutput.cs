using System.Threading.Channels;

namespace Cdn.Hosting;

/// <summary>Shows the lines of the resources on the console, each with its resource's name.</summary>
/// <remarks>
/// A reader that does not keep up (a paused pager, a slow terminal) must not hold up the processes: lines wait in a bounded
/// queue, the oldest are dropped when it is full, and their number is told.
/// </remarks>
internal sealed class ConsoleOutput : IResourceOutput, IAsyncDisposable
{
    /// <summary>Lines that wait to be shown.</summary>
    private const int Capacity = 4_096;

    /// <summary>At the end, what still waits is shown for at most so long.</summary>
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(2);

    private readonly Channel<string> _lines;
    private readonly LinePrefix _prefix;
    private readonly HashSet<string> _hidden;
    private readonly TextWriter _writer;
    private readonly Task _writing;
    private int _dropped;

    public ConsoleOutput(DistributedApplicationModel model, TextWriter writer, bool colour)
    {
        var shown = model.Resources.Where(r => r.IsProcess() && !r.HasAnnotationOfType<HiddenAnnotation>());
        _prefix = new LinePrefix(shown.Select(r => r.Name), colour);
        _hidden = [.. model.Resources.Where(r => r.HasAnnotationOfType<HiddenAnnotation>()).Select(r => r.Name)];
        _writer = writer;
        _lines = Channel.CreateBounded<string>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Colours are for terminals, and not for those who do not want them (no-color.org).</summary>
    public static bool WantsColour =>
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    public void Write(string resourceName, LogLine line, bool fromProcess)
    {
        if (!_hidden.Contains(resourceName))
        {
            _lines.Writer.TryWrite(_prefix.Format(resourceName, line.Content));
        }
    }

    /// <summary>Shows text as it is, after the lines that wait.</summary>
    public void WriteText(string text) => _lines.Writer.TryWrite(text);

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await Task.WhenAny(_writing, Task.Delay(FlushTime)).ConfigureAwait(false);
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var line in _lines.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                var dropped = Interlocked.Exchange(ref _dropped, 0);
                if (dropped > 0)
                {
                    await _writer.WriteLineAsync($"... {dropped} lines were not shown: they came faster than they could be written")
                        .ConfigureAwait(false);
                }

                await _writer.WriteLineAsync(line).ConfigureAwait(false);
            }

            await _writer.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Nobody reads any more (`run | head`): the application goes on without being watched.
        }
    }
}
