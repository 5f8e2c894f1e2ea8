using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdn.Hosting;

/// <summary>An application of several processes on this machine.</summary>
public class DistributedApplication : IHost, IAsyncDisposable
{
    private readonly IHost _host;
    private readonly BuilderCapture? _capture;
    private readonly Orchestrator _orchestrator;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _stops;
    private bool _disposed;

    internal DistributedApplication(IHost host, BuilderCapture? capture)
    {
        _host = host;
        _capture = capture;
        _orchestrator = host.Services.GetRequiredService<Orchestrator>();
        _lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
    }

    /// <summary>The application's services.</summary>
    public IServiceProvider Services => _host.Services;

    /// <summary>The states of the resources.</summary>
    public ResourceNotificationService ResourceNotifications => Services.GetRequiredService<ResourceNotificationService>();

    /// <summary>The commands of the resources.</summary>
    public ResourceCommandService ResourceCommands => Services.GetRequiredService<ResourceCommandService>();

    /// <summary>A builder for an application without a command line.</summary>
    public static IDistributedApplicationBuilder CreateBuilder() => CreateBuilder([]);

    /// <summary>A builder for an application.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(string[] args) => CreateBuilder(new DistributedApplicationOptions { Args = args });

    /// <summary>A builder for an application.</summary>
    public static IDistributedApplicationBuilder CreateBuilder(DistributedApplicationOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DistributedApplicationBuilder(options);
    }

    /// <inheritdoc cref="RunAsync"/>
    public void Run() => RunAsync().GetAwaiter().GetResult();

    /// <summary>
    /// Starts everything, waits for Ctrl+C, SIGTERM or a failure, and stops everything. An error that the operator can put right
    /// is printed as one sentence and makes the exit code 1; any other is thrown.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        if (_capture is { EntryAssembly: not null })
        {
            await _capture.HandOverAsync(this).ConfigureAwait(false);
            return;
        }

        var failure = await RunToEndAsync(cancellationToken).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
        if (failure is DistributedApplicationException)
        {
            await Console.Error.WriteLineAsync($"error: {failure.Message}").ConfigureAwait(false);
            Environment.ExitCode = 1;
        }
        else if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>Starts everything. Returns when all processes are on their way; their health is another matter.</summary>
    /// <exception cref="DistributedApplicationException">Something is wrong that the operator can put right; nothing is left running.</exception>
    public virtual async Task StartAsync(CancellationToken cancellationToken = default)
    {
        var started = Stopwatch.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _lifetime.ApplicationStopping);
        try
        {
            await _host.StartAsync(stop.Token).ConfigureAwait(false);
            await _orchestrator.StartAsync(stop.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            if (e is OperationCanceledException && _orchestrator.Failure is { } failure)
            {
                ExceptionDispatchInfo.Throw(failure); // the failure has cancelled the start
            }

            throw;
        }

        _ = AnnounceAsync(started);
    }

    /// <summary>Stops everything. A second call waits for the first.</summary>
    public virtual async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _stops) > 1)
        {
            await _stopped.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            return;
        }

        try
        {
            _lifetime.StopApplication();
            using (cancellationToken.Register(_orchestrator.KillNow))
            {
                await _orchestrator.StopAsync().ConfigureAwait(false);
            }

            await _host.StopAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _stopped.TrySetResult();
        }
    }

    /// <summary>Stops everything and lets go of it.</summary>
    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops everything and lets go of it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            await ((IAsyncDisposable)_host).DisposeAsync().ConfigureAwait(false);
            _capture?.End();
        }

        GC.SuppressFinalize(this);
    }

    private async Task<Exception?> RunToEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var _ = cancellationToken.Register(_lifetime.StopApplication);
            await StartAsync(cancellationToken).ConfigureAwait(false);
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using (_lifetime.ApplicationStopping.Register(() => stopping.TrySetResult()).ConfigureAwait(false))
            {
                await stopping.Task.ConfigureAwait(false);
            }

            await StopAsync(CancellationToken.None).ConfigureAwait(false);
            return _orchestrator.Failure;
        }
        catch (OperationCanceledException) when (_lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return null; // stopped while it started
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private async Task AnnounceAsync(long started)
    {
        try
        {
            await _orchestrator.AllReady.ConfigureAwait(false);
        }
        catch (Exception)
        {
            return; // stopped before, or failed: RunAsync says why
        }

        Services.GetService<ConsoleOutput>()?.WriteText(StartSummary.Create(
            Services.GetRequiredService<AppHostLocation>().ApplicationName,
            Stopwatch.GetElapsedTime(started),
            Services.GetRequiredService<DistributedApplicationModel>(),
            Services.GetRequiredService<ResourceUrls>(),
            Services.GetRequiredService<Dashboard>().Url));
    }
}
