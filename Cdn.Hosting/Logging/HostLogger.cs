using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>Shows what the AppHost itself logs, in the manner of the other lines; frameworks only from warnings on.</summary>
internal sealed class HostLoggerProvider(Lazy<ConsoleOutput> output) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new HostLogger(output, IsFramework(categoryName));

    public void Dispose()
    {
    }

    private static bool IsFramework(string category) =>
        category.StartsWith("Microsoft.", StringComparison.Ordinal) || category.StartsWith("System.", StringComparison.Ordinal);

    private sealed class HostLogger(Lazy<ConsoleOutput> output, bool framework) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel != LogLevel.None && logLevel >= (framework ? LogLevel.Warning : LogLevel.Information);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var text = formatter(state, exception) + (exception is null ? "" : Environment.NewLine + exception);
                output.Value.Write("apphost", new LogLine(0, text, logLevel >= LogLevel.Error), fromProcess: false);
            }
        }
    }
}
