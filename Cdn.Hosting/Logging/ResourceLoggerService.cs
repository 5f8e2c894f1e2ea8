using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>The output of every resource: its process' lines, and what the engine and the AppHost say about it.</summary>
public sealed class ResourceLoggerService
{
    private readonly ConcurrentDictionary<string, LogBacklog> _backlogs = new(StringComparer.OrdinalIgnoreCase);
    private readonly IResourceOutput _output;

    internal ResourceLoggerService(IResourceOutput output) => _output = output;

    /// <summary>A logger whose messages stand among the resource's own lines.</summary>
    public ILogger GetLogger(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return GetLogger(resource.Name);
    }

    /// <summary>A logger whose messages stand among the resource's own lines.</summary>
    public ILogger GetLogger(string resourceName) => new ResourceLogger(this, resourceName);

    /// <summary>The last lines (up to 1,000), then every new one, some at a time. A watcher that falls far behind misses the oldest.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return WatchAsync(resource.Name);
    }

    /// <inheritdoc cref="WatchAsync(IResource)"/>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> WatchAsync(string resourceName) => WatchCoreAsync(resourceName);

    /// <summary>The last lines, up to 1,000.</summary>
    public IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(IResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return GetAllAsync(resource.Name);
    }

    /// <inheritdoc cref="GetAllAsync(IResource)"/>
    public async IAsyncEnumerable<IReadOnlyList<LogLine>> GetAllAsync(string resourceName)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return Backlog(resourceName).Snapshot();
    }

    /// <summary>Takes a line of a process.</summary>
    internal void AddProcessLine(string resourceName, string content, bool isError) =>
        _output.Write(resourceName, Backlog(resourceName).Add(content, isError), fromProcess: true);

    private LogBacklog Backlog(string resourceName) => _backlogs.GetOrAdd(resourceName, _ => new LogBacklog());

    private async IAsyncEnumerable<IReadOnlyList<LogLine>> WatchCoreAsync(
        string resourceName, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var backlog = Backlog(resourceName);
        var channel = backlog.Watch();
        try
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var lines = new List<LogLine>();
                while (channel.Reader.TryRead(out var line))
                {
                    lines.Add(line);
                }

                yield return lines;
            }
        }
        finally
        {
            backlog.Unwatch(channel);
        }
    }

    private sealed class ResourceLogger(ResourceLoggerService service, string resourceName) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Information and not LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var text = formatter(state, exception) + (exception is null ? "" : Environment.NewLine + exception);
                foreach (var content in text.Split('\n'))
                {
                    var line = service.Backlog(resourceName).Add(content.TrimEnd('\r'), logLevel >= LogLevel.Error);
                    service._output.Write(resourceName, line, fromProcess: false);
                }
            }
        }
    }
}
