using System.Net;
using Cdn.AppHost.Dashboard;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Tests.AppHost.Dashboard;

/// <summary>What the dashboard says of the health of a service.</summary>
public sealed class ServiceHealthCheckTests
{
    [Theory]
    [InlineData(503, """{"status":"Unhealthy","checks":{"self":{"status":"Healthy"},"fill":{"status":"Unhealthy","description":"1 of 6 videos on replica1"}}}""", HealthStatus.Unhealthy, "1 of 6 videos on replica1")]
    [InlineData(200, """{"status":"Degraded","checks":{"store":{"status":"Degraded","description":"6 videos; nothing can be written"}}}""", HealthStatus.Degraded, "6 videos; nothing can be written")]
    [InlineData(200, """{"status":"Healthy","checks":{"a":{"status":"Healthy","description":"one"},"b":{"status":"Healthy","description":"two"}}}""", HealthStatus.Healthy, "one; two")]
    [InlineData(200, """{"status":"Healthy","checks":{"self":{"status":"Healthy"}}}""", HealthStatus.Healthy, "")]
    [InlineData(200, "Healthy", HealthStatus.Unhealthy, "/health answered 200, and not what a service of the CDN says.")]
    [InlineData(404, "", HealthStatus.Unhealthy, "/health answered 404, and not what a service of the CDN says.")]
    [InlineData(200, """{"status":"Well","checks":{}}""", HealthStatus.Unhealthy, "/health answered 200, and not what a service of the CDN says.")]
    public void Read_Answer_GivesStatusAndText(int code, string body, HealthStatus status, string text)
    {
        var result = ServiceHealthCheck.Read((HttpStatusCode)code, body);

        Assert.Equal((status, text), (result.Status, result.Description));
    }
}
