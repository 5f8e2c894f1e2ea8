using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Cdn.Hosting;

/// <summary>Tells the dashboard of a resource.</summary>
internal static class ResourceMessage
{
    /// <param name="e">Its state.</param>
    /// <param name="instanceName">What the dashboard calls it when it asks; it must be that of its telemetry.</param>
    public static Protocol.Resource From(ResourceEvent e, string instanceName)
    {
        var (resource, snapshot) = (e.Resource, e.Snapshot);
        var message = new Protocol.Resource
        {
            Name = instanceName,
            DisplayName = resource.Name,
            Uid = e.ResourceId,
            ResourceType = snapshot.ResourceType,
            CreatedAt = Time(snapshot.CreationTimeStamp ?? DateTime.UnixEpoch),
            StartedAt = Time(snapshot.StartTimeStamp),
            StoppedAt = Time(snapshot.StopTimeStamp),
            IsHidden = snapshot.IsHidden,
        };
        if (snapshot.State is { } state)
        {
            message.State = state.Text;
        }

        if (resource.TryGetLastAnnotation<ResourceIconAnnotation>(out var icon))
        {
            (message.IconName, message.IconVariant) = (icon.IconName, (Protocol.IconVariant)icon.IconVariant);
        }

        message.Environment.AddRange(snapshot.EnvironmentVariables.Select(v => new Protocol.EnvironmentVariable
        {
            Name = v.Name, Value = v.Value ?? "", IsFromSpec = v.IsFromSpec,
        }));
        message.Urls.AddRange(snapshot.Urls.Select(url => Url(url, snapshot)));
        message.HealthReports.AddRange(snapshot.HealthReports.Select(Health));
        message.Properties.AddRange(Properties(resource, snapshot));
        message.Relationships.AddRange(Relationships(resource).Distinct());
        message.Commands.AddRange(CommandMessage.From(resource, snapshot));
        return message;
    }

    private static IEnumerable<Protocol.ResourceProperty> Properties(IResource resource, CustomResourceSnapshot snapshot)
    {
        yield return Property("resource.state", snapshot.State?.Text);
        yield return Property("resource.healthState", snapshot.HealthStatus?.ToString());
        yield return Property("resource.startTime", snapshot.StartTimeStamp?.ToString("O", CultureInfo.InvariantCulture));
        yield return Property("resource.stopTime", snapshot.StopTimeStamp?.ToString("O", CultureInfo.InvariantCulture));
        yield return Property("resource.exitCode", snapshot.ExitCode?.ToString(CultureInfo.InvariantCulture));
        if (resource.TryGetLastAnnotation<IProjectMetadata>(out var project))
        {
            yield return Property("project.path", project.ProjectPath);
        }

        if (resource is ExecutableResource executable)
        {
            yield return Property("executable.path", executable.Command);
            yield return Property("executable.workDir", executable.WorkingDirectory);
        }

        foreach (var property in snapshot.Properties)
        {
            var text = Convert.ToString(property.Value, CultureInfo.InvariantCulture);
            yield return Property(property.Name, text, property.IsSensitive);
        }
    }

    private static Protocol.ResourceProperty Property(string name, string? value, bool isSensitive = false) => new()
    {
        Name = name, Value = value is null ? Value.ForNull() : Value.ForString(value), IsSensitive = isSensitive,
    };

    private static Protocol.Url Url(UrlSnapshot url, CustomResourceSnapshot snapshot) => new()
    {
        EndpointName = url.Name ?? "",
        FullUrl = url.Url,
        IsInternal = url.IsInternal,
        IsInactive = snapshot.State?.Text != KnownResourceStates.Running,
        DisplayProperties = new Protocol.UrlDisplayProperties { DisplayName = url.DisplayText },
    };

    private static Protocol.HealthReport Health(HealthReportSnapshot report)
    {
        var message = new Protocol.HealthReport
        {
            Key = report.Name, Description = report.Description ?? "", Exception = report.ExceptionText ?? "",
        };
        if (report.Status is { } status)
        {
            message.Status = status switch
            {
                Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy => Protocol.HealthStatus.Healthy,
                Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded => Protocol.HealthStatus.Degraded,
                _ => Protocol.HealthStatus.Unhealthy,
            };
        }

        return message;
    }

    private static IEnumerable<Protocol.ResourceRelationship> Relationships(IResource resource) =>
    [
        .. resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(to => Relationship(to.Resource, to.Type)),
        .. resource.Waits().Select(wait => Relationship(wait.Resource, "WaitFor")),
    ];

    private static Protocol.ResourceRelationship Relationship(IResource to, string type) => new() { ResourceName = to.Name, Type = type };

    private static Timestamp? Time(DateTime? time) => time is { } utc ? Timestamp.FromDateTime(utc) : null;
}
