using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdn.Hosting;

/// <summary>
/// Stops the application on Ctrl+C, SIGTERM, SIGQUIT, and when its terminal goes away; at the second signal the processes are
/// not waited for any more.
/// </summary>
internal sealed class SignalLifetime(IHostApplicationLifetime lifetime, IServiceProvider services) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true; // the signal's own effect would be to end us before the processes
        if (Interlocked.Increment(ref _signals) == 1)
        {
            lifetime.StopApplication();
        }
        else
        {
            services.GetRequiredService<Orchestrator>().KillNow();
        }
    }
}

/// <summary>In a test the signals belong to the test's runner.</summary>
internal sealed class CapturedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
