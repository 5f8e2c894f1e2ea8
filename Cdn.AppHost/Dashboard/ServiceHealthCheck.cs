using System.Net;
using System.Text.Json;
using Cdn.AppHost.Services;
using Cdn.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.AppHost.Dashboard;

/// <summary>The health that a service says of itself, in its own words: how far the fill is, what a disk lacks.</summary>
/// <param name="service">Its endpoint.</param>
internal sealed class ServiceHealthCheck(EndpointReference service) : IHealthCheck
{
    /// <summary>Time to answer: 5 s. One that is frozen takes the connection, and never answers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!service.IsAllocated)
        {
            return HealthCheckResult.Unhealthy("It has no address yet.");
        }

        try
        {
            using var http = ServiceHttp.CreateClient(service, Patience);
            using var response = await http.GetAsync(Routes.Health, cancellationToken);
            return Read(response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (HttpRequestException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"It has not answered within {Patience.TotalSeconds:0} s.");
        }
    }

    /// <summary>Reads <c>{"status":"Unhealthy","checks":{"fill":{"status":"Unhealthy","description":"..."}}}</c>.</summary>
    internal static HealthCheckResult Read(HttpStatusCode code, string body)
    {
        try
        {
            using var report = JsonDocument.Parse(body);
            var texts = report.RootElement.GetProperty("checks").EnumerateObject()
                .Where(check => check.Value.TryGetProperty("description", out _))
                .Select(check => check.Value.GetProperty("description").GetString());
            var status = report.RootElement.GetProperty("status").GetString() ?? "";
            return new HealthCheckResult(Enum.Parse<HealthStatus>(status), string.Join("; ", texts));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            return HealthCheckResult.Unhealthy($"{Routes.Health} answered {(int)code}, and not what a service of the CDN says.");
        }
    }
}

/// <summary>Adds <see cref="ServiceHealthCheck"/>.</summary>
internal static class ServiceHealthExtensions
{
    /// <summary>Goes by what the service says at <c>/health</c>. The name is the one that Aspire gives such a check.</summary>
    public static IResourceBuilder<T> WithServiceHealth<T>(this IResourceBuilder<T> service)
        where T : IResourceWithEndpoints
    {
        var (endpoint, key) = (service.GetEndpoint("http"), $"{service.Resource.Name}_http_{Routes.Health}_200_check");
        service.ApplicationBuilder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            key, _ => new ServiceHealthCheck(endpoint), failureStatus: null, tags: null));
        return service.WithHealthCheck(key);
    }
}
