using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Cdn.Replica.Delivery;

namespace Cdn.Tests.Replica.Delivery;

/// <summary>The spans of what nginx served itself.</summary>
public sealed class DeliverySpanTests
{
    private const string TraceId = "5cf7651916cd43dd8448eb211c80319c";

    [Fact]
    public void Replay_OfALineOfNginx_IsASpanInTheClientsTrace_WhenItWas()
    {
        var span = Assert.Single(Replay($$"""["00-{{TraceId}}-b7ad6b7169203331-01","GET",206,1000,"/names/b/ü.mp4","bytes=0-999",1767225600.125,0.025]"""));

        Assert.Equal(("GET /video/{**video}", ActivityKind.Server), (span.DisplayName, span.Kind));
        Assert.Equal((TraceId, "b7ad6b7169203331"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.Equal(new DateTime(2026, 1, 1, 0, 0, 0, 100, DateTimeKind.Utc), span.StartTimeUtc);
        Assert.Equal(TimeSpan.FromMilliseconds(25), span.Duration);
        Assert.Equal(
            "http.request.method=GET http.response.status_code=206 cdn.video=b/ü.mp4 cdn.by=nginx cdn.cache=hit cdn.bytes=1000",
            string.Join(' ', span.TagObjects.Where(tag => tag.Value is not string[]).Select(tag => $"{tag.Key}={tag.Value}")));
        Assert.Equal(["bytes=0-999"], (string[])span.GetTagItem("http.request.header.range")!);
    }

    [Theory]
    [InlineData("a trace of the client's own making", "/names/a.mp4")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01", "/names/a.mp4")]
    [InlineData($"00-{TraceId}-b7ad6b7169203331-01", "/names/../a.mp4")]
    [InlineData($"00-{TraceId}-b7ad6b7169203331-01", "/elsewhere/a.mp4")]
    public void Replay_OfWhatCannotBeRead_IsNothing(string traceparent, string path) =>
        Assert.Empty(Replay($"""["{traceparent}","GET",200,1000,"{path}","",1767225600.125,0.025]"""));

    private static List<Activity> Replay(string line)
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Cdn.Replica",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var json = new Utf8JsonReader(Encoding.UTF8.GetBytes(line));
        json.Read();
        json.Read();
        DeliverySpan.Replay(ref json);
        return spans;
    }
}
