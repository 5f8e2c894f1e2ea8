using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Programs;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Nginx.Running;

/// <summary>Gives a running nginx its configuration and certificate anew. One that nginx does not take changes nothing.</summary>
internal sealed partial class NginxReload(NginxResource nginx, ConfigurationWriter writer, NginxControl control, ILogger logger)
    : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Reloads; null, or why it did not.</summary>
    public async Task<string?> ReloadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var undo = await writer.WriteAsync(cancellationToken);
            var result = await control.TestAsync(cancellationToken);
            if (result.Succeeded)
            {
                result = await control.ReloadAsync(cancellationToken);
            }
            else
            {
                await undo(); // What lies there is what nginx would start from.
            }

            return Say(result.Succeeded ? null : result.Said.Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DistributedApplicationException)
        {
            return Say(e.Message);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private string? Say(string? failure)
    {
        if (failure is null)
        {
            LogReloaded(logger, nginx.Name);
        }
        else
        {
            LogKept(logger, nginx.Name, failure);
        }

        return failure;
    }

    [LoggerMessage(
        EventId = 711, Level = LogLevel.Information, Message = "{Nginx} has read its configuration and certificate anew")]
    private static partial void LogReloaded(ILogger logger, string nginx);

    [LoggerMessage(
        EventId = 712, Level = LogLevel.Error, Message = "{Nginx} goes on with the configuration that it has: {Reason}")]
    private static partial void LogKept(ILogger logger, string nginx, string reason);
}
