using System.Net;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

[StartsProcesses]
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

        Assert.DoesNotContain(collector.Spans, span => span.Name.Contains("/inventory") || span.Name.Contains("/health") || span.Name.Contains("/drain"));

        bool IsFilled(string replica, string source) =>
            collector.Spans.Where(span => (span.Service, span.Name) == ("controller", $"fill film.mp4 to {replica}"))
                .Any(fill => IsWhole(fill.TraceId, replica, source));

        bool IsWhole(string traceId, string replica, string source)
        {
            var trace = collector.Spans.Where(span => span.TraceId == traceId).Select(span => (span.Service, span.Name)).ToList();
            return trace.Contains((source, "POST /push_video"))
                && trace.Contains((source, $"push film.mp4 to {replica}"))
                && trace.Contains((replica, "PUT /cache_video/{**video}"))
                && trace.Contains((replica, "receive film.mp4"));
        }
    }

    /// <summary>
    /// Both ways: nginx leaves an <c>If-Match</c> to the replica's process, and serves all else from its store itself.
    /// </summary>
    [Fact]
    public async Task Request_WithTheTraceOfAClient_IsInItBeforeAndAfterTheRedirect_WhoeverServesIt()
    {
        await using var collector = await SpanCollector.StartAsync();
        await using var cdn = await CdnApp.StartAsync(folder => folder.Write("film.mp4", 1000), builder => Export(builder, collector));
        await cdn.IsHealthyAsync();

        foreach (var (traceId, by) in ((string, string)[])[("0af7651916cd43dd8448eb211c80319c", "replica"), ("1bf7651916cd43dd8448eb211c80319c", "nginx")])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/video/film.mp4") { Version = HttpVersion.Version20 };
            request.Headers.Add("traceparent", $"00-{traceId}-b7ad6b7169203331-01");
            request.Headers.Range = new(0, 99);
            if (by == "replica")
            {
                request.Headers.Add("If-Match", "*");
            }

            using var response = await cdn.Client.SendAsync(request);

            Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
            var replica = response.RequestMessage!.RequestUri!.Segments[1].TrimEnd('/');
            var redirect = await FindAsync("controller", traceId);
            Assert.Equal(("film.mp4", replica, "round-robin"), (redirect["cdn.video"], redirect["cdn.replica"], redirect["cdn.steering.policy"]));
            var delivery = await FindAsync(replica, traceId);
            Assert.Equal(
                ("film.mp4", by, "hit", "100", "bytes=0-99", "206"),
                (delivery["cdn.video"], delivery["cdn.by"], delivery["cdn.cache"], delivery["cdn.bytes"], delivery["http.request.header.range"], delivery["http.response.status_code"]));
            foreach (var id in new[] { redirect, delivery }.Select(span => span["http.request.header.x-request-id"]).OfType<string>())
            {
                await Eventually.TrueAsync(
                    () => File.ReadAllText(cdn.Data.Of("edge", "access.log")).Contains($"\"id\":\"{id}\""), "nginx logs the request under the id that its span has");
            }
        }

        // Without a trace of the client's, what nginx serves is in none.
        await cdn.Client.GetByteArrayAsync("/video/film.mp4");
        await cdn.Client.GetByteArrayAsync("/video/film.mp4");
        Assert.Single(collector.Spans, span => span["cdn.by"] == "nginx");

        async Task<CollectedSpan> FindAsync(string service, string traceId)
        {
            var span = default(CollectedSpan);
            await Eventually.TrueAsync(
                () => (span = collector.Spans.SingleOrDefault(s => (s.Service, s.TraceId, s.Name) == (service, traceId, "GET /video/{**video}"))) is not null,
                $"{service} has a span in the client's trace");
            return span!;
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
