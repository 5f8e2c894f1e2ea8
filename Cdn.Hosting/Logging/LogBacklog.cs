using System.Threading.Channels;

namespace Cdn.Hosting;

/// <summary>A line of output of a resource; the first one has number 1.</summary>
public readonly record struct LogLine(int LineNumber, string Content, bool IsErrorMessage);

/// <summary>The last lines of one resource, and those who watch for more.</summary>
internal sealed class LogBacklog
{
    /// <summary>Lines kept; what a person scrolls back through. Times the longest line (16 KiB): 16 MiB at the very worst.</summary>
    private const int Capacity = 1_000;

    /// <summary>Lines kept for a watcher that is slow; the oldest go first.</summary>
    private const int WatcherCapacity = 4_096;

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new();
    private readonly List<Channel<LogLine>> _watchers = [];
    private int _count;

    public LogLine Add(string content, bool isError)
    {
        lock (_gate)
        {
            var line = new LogLine(++_count, content, isError);
            if (_lines.Count == Capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
            foreach (var watcher in _watchers)
            {
                watcher.Writer.TryWrite(line);
            }

            return line;
        }
    }

    public IReadOnlyList<LogLine> Snapshot()
    {
        lock (_gate)
        {
            return [.. _lines];
        }
    }

    public Channel<LogLine> Watch()
    {
        var channel = Channel.CreateBounded<LogLine>(
            new BoundedChannelOptions(WatcherCapacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_gate)
        {
            foreach (var line in _lines)
            {
                channel.Writer.TryWrite(line);
            }

            _watchers.Add(channel);
        }

        return channel;
    }

    public void Unwatch(Channel<LogLine> channel)
    {
        lock (_gate)
        {
            _watchers.Remove(channel);
        }
    }
}
