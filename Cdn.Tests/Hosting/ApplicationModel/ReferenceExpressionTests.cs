using Cdn.Hosting;

namespace Cdn.Tests.Hosting.ApplicationModel;

public sealed class ReferenceExpressionTests
{
    [Fact]
    public async Task Expression_OfEndpointParameterAndText_IsFilledAtStart()
    {
        var origin = new ExecutableResource("origin", "sh", "/");
        var endpoint = new EndpointAnnotation(System.Net.Sockets.ProtocolType.Tcp, "http");
        origin.Annotations.Add(endpoint);
        var key = new ParameterResource("cdn-key", _ => "s3cret", secret: true);
        var text = "{braces}";

        var expression = ReferenceExpression.Create(
            $"{text} {{{origin.GetEndpoint("http").Property(EndpointProperty.HostAndPort)}}} {origin.GetEndpoint("http")}/x?key={key}");
        var value = expression.GetValueAsync(TestApp.Cancel);
        Assert.False(value.IsCompleted);
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", 9001);

        Assert.Equal("{braces} {localhost:9001} http://localhost:9001/x?key=s3cret", await value);
        Assert.Equal(
            "{braces} {{origin.bindings.http.hostAndPort}} {origin.bindings.http.url}/x?key={cdn-key.value}", expression.ValueExpression);
    }

    [Theory]
    [InlineData(EndpointProperty.Url, "https://localhost:9005")]
    [InlineData(EndpointProperty.Host, "localhost")]
    [InlineData(EndpointProperty.IPV4Host, "127.0.0.1")]
    [InlineData(EndpointProperty.Port, "9005")]
    [InlineData(EndpointProperty.TargetPort, "9005")]
    [InlineData(EndpointProperty.Scheme, "https")]
    [InlineData(EndpointProperty.HostAndPort, "localhost:9005")]
    [InlineData(EndpointProperty.TlsEnabled, "true")]
    public async Task Property_OfAnAllocatedEndpoint_IsAPartOfItsUrl(EndpointProperty property, string expected)
    {
        var edge = new ExecutableResource("edge", "sh", "/");
        var endpoint = new EndpointAnnotation(System.Net.Sockets.ProtocolType.Tcp, "https");
        endpoint.AllocatedEndpoint = new AllocatedEndpoint(endpoint, "localhost", 9005);
        edge.Annotations.Add(endpoint);

        Assert.Equal(expected, await edge.GetEndpoint("https").Property(property).GetValueAsync(TestApp.Cancel));
    }
}
