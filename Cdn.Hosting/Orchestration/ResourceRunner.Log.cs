using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>The few lines that the engine says about a resource.</summary>
internal static partial class ResourceRunnerLog
{
    [LoggerMessage(1, LogLevel.Information, "starting")]
    public static partial void Starting(ILogger logger);

    [LoggerMessage(2, LogLevel.Information, "healthy after {Seconds:0.0} s")]
    public static partial void Healthy(ILogger logger, double seconds);

    [LoggerMessage(3, LogLevel.Warning, "not healthy any more: {Reason}")]
    public static partial void Unhealthy(ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Error, "exited with code {ExitCode}; starting it again in {Seconds:0.##} s ({Ordinal} time)")]
    public static partial void Restarting(ILogger logger, int exitCode, double seconds, string ordinal);

    [LoggerMessage(5, LogLevel.Information, "finished after {Seconds:0.0} s")]
    public static partial void Finished(ILogger logger, double seconds);

    [LoggerMessage(6, LogLevel.Error, "exited with code {ExitCode}")]
    public static partial void Exited(ILogger logger, int exitCode);

    [LoggerMessage(7, LogLevel.Warning, "did not stop within {Seconds:0.#} s: killed")]
    public static partial void Killed(ILogger logger, double seconds);

    [LoggerMessage(8, LogLevel.Error, "{Reason}")]
    public static partial void Failed(ILogger logger, string reason);

    [LoggerMessage(9, LogLevel.Information, "running")]
    public static partial void Running(ILogger logger);
}
