using System.Text.Json;
using Cdn.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.ServiceDefaults.Health;

/// <summary>
/// <c>/health</c> (complete and well), <c>/ready</c> (can serve clients) and <c>/alive</c> (up), in every environment: nginx
/// keeps them from the outside.
/// </summary>
public static class HealthEndpoints
{
    /// <summary>The tag of a check without which the service cannot serve clients: it counts for <c>/ready</c>, too.</summary>
    public const string ReadyTag = "ready";

    private const string LiveTag = "live";

    internal static void AddDefaultHealthChecks(this WebApplicationBuilder builder) =>
        builder.Services.AddHealthChecks().AddCheck("self", () => HealthCheckResult.Healthy(), [LiveTag]);

    internal static void MapHealthEndpoints(this WebApplication app)
    {
        app.MapHealthChecks(Routes.Health, new HealthCheckOptions { ResponseWriter = WriteAsync });
        app.MapHealthChecks(Routes.Ready, new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(ReadyTag) || check.Tags.Contains(LiveTag),
            ResponseWriter = WriteAsync,
        });
        app.MapHealthChecks(Routes.Alive, new HealthCheckOptions
        {
            Predicate = check => check.Tags.Contains(LiveTag),
            ResponseWriter = WriteAsync,
        });
    }

    /// <summary><c>{"status":"Unhealthy","checks":{"fill":{"status":"Unhealthy","description":"..."}}}</c>.</summary>
    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", report.Status.ToString());
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteStartObject(name);
            json.WriteString("status", entry.Status.ToString());
            if (entry.Description is { } description)
            {
                json.WriteString("description", description);
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
