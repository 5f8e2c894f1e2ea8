using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Cdn.Controller;
using Cdn.Controller.Limiting;
using Cdn.ServiceDefaults.Limiting;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Controller.Limiting;

/// <summary>Who met a limit at nginx is in the metrics, by its kind.</summary>
public sealed class LimitedLogTests
{
    [Fact]
    public async Task Log_OfNginx_IsCountedByKind()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Of("limited.log");
        await File.WriteAllTextAsync(path, "requests\n"); // Counted before a restart.
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var counted = new ConcurrentQueue<object?>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name == "cdn.limited" && instrument.Meter.Scope == meters)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Enqueue(tags[0].Value));
        listener.Start();
        using var log = new LimitedLog(
            new LimitMetrics(meters, "test"), Options.Create(new ControllerOptions { LimitedLog = path }), TimeProvider.System,
            NullLogger<LimitedLog>.Instance);
        await log.StartAsync(TestContext.Current.CancellationToken);

        await File.AppendAllTextAsync(path, "overload\nnections\nrequests\nrequests\nconnections\nreq");
        await Eventually.TrueAsync(() => counted.Count >= 4, "what nginx wrote is counted");
        await File.AppendAllTextAsync(path, "uests\n");
        await Eventually.TrueAsync(() => counted.Count >= 5, "the rest of a line is counted");
        await log.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["overload", "requests", "requests", "connections", "requests"], counted);
    }
}
