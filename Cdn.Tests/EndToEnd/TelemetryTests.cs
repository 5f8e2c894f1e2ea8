using Cdn.Hosting;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Fill_OfOneVideo_IsOneTraceAcrossControllerOriginAndReplica()
    {
        await using var collector = await SpanCollector.StartAsync();
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 1000), builder =>
        {
            foreach (var project in builder.Resources.OfType<ProjectResource>())
            {
                builder.CreateResourceBuilder(project)
                    .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address)
                    .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                    .WithEnvironment("OTEL_BSP_SCHEDULE_DELAY", "100");
            }
        });

        foreach (var replica in (string[])["replica1", "replica2"])
        {
            await Eventually.TrueAsync(
                () => collector.Spans.Where(span => span.Name == $"fill {replica}").Any(fill => IsWhole(fill.TraceId, replica)),
                $"the fill of {replica} is one trace");
        }

        Assert.DoesNotContain(collector.Spans, span => span.Name.Contains("/inventory") || span.Name.Contains("/health"));

        bool IsWhole(string traceId, string replica)
        {
            var trace = collector.Spans.Where(span => span.TraceId == traceId).ToList();
            return trace.Contains(new CollectedSpan("controller", traceId, $"fill {replica}"))
                && trace.Contains(new CollectedSpan("origin", traceId, "POST /push_video"))
                && trace.Contains(new CollectedSpan(replica, traceId, "PUT /cache_video/{**video}"));
        }
    }
}
