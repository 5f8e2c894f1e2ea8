using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>Where the lines of the resources are shown. Never blocks.</summary>
internal interface IResourceOutput
{
    /// <summary>Shows a line.</summary>
    /// <param name="resourceName">Whose it is.</param>
    /// <param name="line">The line.</param>
    /// <param name="fromProcess">False for what the engine or the AppHost says about the resource.</param>
    void Write(string resourceName, LogLine line, bool fromProcess);
}

/// <summary>Shows nothing; the lines are in <see cref="ResourceLoggerService"/>.</summary>
internal sealed class NoOutput : IResourceOutput
{
    public void Write(string resourceName, LogLine line, bool fromProcess)
    {
    }
}

/// <summary>Passes the lines on to the host's log, one category for each resource (tests).</summary>
internal sealed partial class LoggerOutput(ILoggerFactory loggers) : IResourceOutput
{
    public void Write(string resourceName, LogLine line, bool fromProcess) =>
        Line(loggers.CreateLogger($"Cdn.Hosting.Resources.{resourceName}"), line.LineNumber, line.Content);

    [LoggerMessage(1, LogLevel.Information, "{LineNumber}: {Content}")]
    private static partial void Line(ILogger logger, int lineNumber, string content);
}
