using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Cdn.Hosting;

/// <summary>The resource sends telemetry; every project does.</summary>
internal sealed class OtlpExporterAnnotation : IResourceAnnotation;

/// <summary>Telemetry of resources that are not projects.</summary>
public static class OtlpExtensions
{
    /// <summary>Tells the resource where telemetry goes, as every project is told.</summary>
    public static IResourceBuilder<T> WithOtlpExporter<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new OtlpExporterAnnotation(), ResourceAnnotationMutationBehavior.Replace);
    }
}

/// <summary>
/// OTEL_ variables: to the dashboard if one runs. Otherwise an OTEL_EXPORTER_OTLP_ENDPOINT of the AppHost's own environment is
/// inherited with the rest.
/// </summary>
internal sealed class OtlpEnvironment(IHostEnvironment host)
{
    private readonly ConcurrentDictionary<string, string> _instances = new();

    /// <summary>Where the dashboard takes telemetry (gRPC); null while none runs.</summary>
    public string? DashboardEndpoint { get; set; }

    /// <summary>How the dashboard calls the sender of telemetry, and so the resource: its name and the id of its instance.</summary>
    public string InstanceName(IResource resource) => Sends(resource) ? $"{resource.Name}-{InstanceId(resource)}" : resource.Name;

    public void Add(IResource resource, Dictionary<string, object> variables)
    {
        if (!Sends(resource))
        {
            return;
        }

        if (DashboardEndpoint is not null)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = DashboardEndpoint;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc";
        }

        variables["OTEL_SERVICE_NAME"] = resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={InstanceId(resource)}";
        if (host.IsDevelopment())
        {
            // Everything, and at once: a developer waits for what he has just done.
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
        }

        if (resource is ProjectResource)
        {
            variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
            if (host.IsDevelopment())
            {
                variables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
                variables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
            }
        }
    }
    private static bool Sends(IResource resource) => resource is ProjectResource || resource.HasAnnotationOfType<OtlpExporterAnnotation>();

    // The same after a restart.
    private string InstanceId(IResource resource) => _instances.GetOrAdd(resource.Name, _ => Guid.NewGuid().ToString("N")[..8]);
}
