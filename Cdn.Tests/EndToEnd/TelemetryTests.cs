using System.Net;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Fill_OfOneVideo_IsOneTraceAcrossControllerSourceAndReplica()
    {
        await using var collector = await SpanCollector.StartAsync();
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 1000), builder => Export(builder, collector));

        // One of them gets it from the origin, the other from the first, or from the origin, too, if it came later.
        await Eventually.TrueAsync(
            () => (IsFilled("replica1", "origin") || IsFilled("replica1", "replica2")) && (IsFilled("replica2", "origin") || IsFilled("replica2", "replica1")),
            "the fill of each replica is one trace");

        Assert.DoesNotContain(collector.Spans, span => span.Name.Contains("/inventory") || span.Name.Contains("/health"));

        bool IsFilled(string replica, string source) =>
            collector.Spans.Where(span => span.Name == $"fill {replica}").Any(fill => IsWhole(fill.TraceId, replica, source));

        bool IsWhole(string traceId, string replica, string source)
        {
            var trace = collector.Spans.Where(span => span.TraceId == traceId).ToList();
            return trace.Contains(new CollectedSpan("controller", traceId, $"fill {replica}"))
                && trace.Contains(new CollectedSpan(source, traceId, "POST /push_video"))
                && trace.Contains(new CollectedSpan(replica, traceId, "PUT /cache_video/{**video}"));
        }
    }

    [Fact]
    public async Task Request_WithTheTraceOfAClient_IsInItBeforeAndAfterTheRedirect()
    {
        const string TraceId = "0af7651916cd43dd8448eb211c80319c";
        await using var collector = await SpanCollector.StartAsync();
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 1000), builder => Export(builder, collector));
        await cdn.IsHealthyAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/video/film.mp4") { Version = HttpVersion.Version20 };
        request.Headers.Add("traceparent", $"00-{TraceId}-b7ad6b7169203331-01");
        request.Headers.Add("If-Match", "*"); // of those that nginx leaves to the replica
        using var response = await cdn.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var replica = response.RequestMessage!.RequestUri!.Segments[1].TrimEnd('/');
        foreach (var service in (string[])["controller", replica])
        {
            var span = default(CollectedSpan);
            await Eventually.TrueAsync(
                () => (span = collector.Spans.SingleOrDefault(s => s.Service == service && s.TraceId == TraceId)) is not null,
                $"{service} has a span in the client's trace");
            Assert.Equal("GET /video/{**video}", span!.Name);
            await Eventually.TrueAsync(
                () => File.ReadAllText(cdn.Data.Of("edge", "access.log")).Contains($"\"id\":\"{span.RequestId}\""),
                $"nginx logs the request under the id that the span of {service} has");
        }
    }

    private static void Export(IDistributedApplicationBuilder builder, SpanCollector collector)
    {
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            builder.CreateResourceBuilder(project)
                .WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address)
                .WithEnvironment("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .WithEnvironment("OTEL_BSP_SCHEDULE_DELAY", "100");
        }
    }
}
