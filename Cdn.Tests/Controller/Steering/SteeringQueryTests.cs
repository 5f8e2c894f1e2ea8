using Cdn.Contracts;
using Cdn.Controller.Steering;
using Microsoft.AspNetCore.Http;

namespace Cdn.Tests.Controller.Steering;

/// <summary>What clients and players put into the query.</summary>
public class SteeringQueryTests
{
    [Theory]
    [InlineData("/video/a.mp4", "", "")]
    [InlineData("/video/a.mp4?", "", "")]
    [InlineData("/video/a.mp4?a=1&b=x/y?z:@!$'()*+,;~", "", "?a=1&b=x/y?z:@!$'()*+,;~")]
    [InlineData("/video/a.mp4?t=%C3%a9%20", "", "?t=%C3%a9%20")]
    [InlineData("/video/a.mp4?t=%zz%", "", "?t=%25zz%25")]
    [InlineData("/video/a.mp4?t=\"<x>\\^`{|}#[]", "", "?t=%22%3Cx%3E%5C%5E%60%7B%7C%7D%23%5B%5D")]
    [InlineData("/video/a.mp4?t=\u0001\u007f", "", "?t=%01%7F")]
    [InlineData("/video/a.mp4", "t=\u00c3\u00a9&u=%41", "?t=%C3%A9&u=%41")]
    public void Query_OfARequest_IsOneThatALocationMayHave(string target, string header, string expected)
    {
        var context = new DefaultHttpContext();
        if (header.Length > 0)
        {
            context.Request.Headers[CdnHeaders.Query] = header;
        }

        Assert.Equal(expected, RequestQuery.Of(context, target));
        if (RequestQuery.IsPlain(context, target))
        {
            Assert.EndsWith(expected, target);
        }
    }

    [Theory]
    [InlineData("", "none", null, null)]
    [InlineData("?_HLS_pathway=replica2&_HLS_throughput=5000000", "hls", "replica2", 5_000_000.0)]
    [InlineData("?_HLS_pathway=\"replica2\"", "hls", "replica2", null)]
    [InlineData("?_HLS_pathway=%22replica2%22&_HLS_throughput=1.5", "hls", "replica2", 1.5)]
    [InlineData(
        "?_DASH_pathway=%22replica2%2C%20replica1%22&_DASH_throughput=5140000%2C3000000",
        "dash",
        "replica2,replica1",
        5_140_000.0)]
    [InlineData("?_DASH_throughput=12", "dash", null, 12.0)]
    [InlineData("?_HLS_throughput=-1", "hls", null, null)]
    [InlineData("?_HLS_throughput=1e300", "hls", null, null)]
    [InlineData("?_HLS_throughput=99999999999999", "hls", null, null)]
    [InlineData("?_HLS_throughput=abc&_HLS_pathway=%22", "hls", null, null)]
    public void Question_OfAPlayer_IsReadAsHlsAndDashHaveIt(string query, string protocol, string? pathways, double? throughput)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query);

        var question = SteeringQuestion.Read(context.Request.Query);

        Assert.Equal((protocol, throughput), (question.Protocol, question.BitsPerSecond));
        Assert.Equal(pathways ?? "", string.Join(',', question.Pathways));
    }
}
