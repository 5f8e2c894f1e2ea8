using System.Collections.Immutable;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cdn.Hosting;

/// <summary>A state's text, and how it is shown.</summary>
public sealed record ResourceStateSnapshot(string Text, string? Style)
{
    /// <summary>A text as a state.</summary>
    public static implicit operator ResourceStateSnapshot?(string? text) => text is null ? null : new ResourceStateSnapshot(text, null);
}

/// <summary>A URL of a resource.</summary>
public sealed record UrlSnapshot(string? Name, string Url, bool IsInternal)
{
    /// <summary>What is shown with it.</summary>
    internal string DisplayText { get; init; } = "";
}

/// <summary>A named fact about a resource, for example <see cref="KnownProperties.ExecutablePid"/>.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value)
{
    /// <summary>Whether it is masked until the reader asks to see it.</summary>
    public bool IsSensitive { get; init; }
}

/// <summary>An environment variable of a process.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; of a secret, <see cref="Secret.Mask"/>.</param>
/// <param name="IsFromSpec">Whether the application has set it; what is inherited is not told.</param>
public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec);

/// <summary>What a health check said; a null status means that it was not asked yet.</summary>
public sealed record HealthReportSnapshot(string Name, HealthStatus? Status, string? Description, string? ExceptionText);

/// <summary>Everything known of a resource at one moment.</summary>
public sealed record CustomResourceSnapshot
{
    /// <summary>"Project", "Executable", "Parameter", or what an integration says.</summary>
    public required string ResourceType { get; init; }

    /// <summary>More facts.</summary>
    public required ImmutableArray<ResourcePropertySnapshot> Properties { get; init; }

    /// <summary>When the application was started, UTC.</summary>
    public DateTime? CreationTimeStamp { get; init; }

    /// <summary>When the process was started last, UTC.</summary>
    public DateTime? StartTimeStamp { get; init; }

    /// <summary>When the process ended last, UTC.</summary>
    public DateTime? StopTimeStamp { get; init; }

    /// <summary>The state; the usual ones are in <see cref="KnownResourceStates"/>.</summary>
    public ResourceStateSnapshot? State { get; init; }

    /// <summary>How the process ended last; 128 + n after signal n.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The worst of the reports while it runs, healthy if there is nothing to check; null while it does not run.</summary>
    public HealthStatus? HealthStatus => State?.Text != KnownResourceStates.Running
        ? null
        : HealthReports.Select(r => r.Status ?? Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Unhealthy)
            .DefaultIfEmpty(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy).Min();

    /// <summary>What the health checks said last.</summary>
    public ImmutableArray<HealthReportSnapshot> HealthReports { get; internal init; } = [];

    /// <summary>What the application has put into the environment of the process, as of its last start.</summary>
    public ImmutableArray<EnvironmentVariableSnapshot> EnvironmentVariables { get; init; } = [];

    /// <summary>Where it is.</summary>
    public ImmutableArray<UrlSnapshot> Urls { get; init; } = [];

    /// <summary>Whether it is left out of lists.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Completed when all handlers of <see cref="ResourceReadyEvent"/> are through; null before it is ready.</summary>
    internal Task? Ready { get; init; }

    /// <summary>Sets or replaces a property.</summary>
    internal CustomResourceSnapshot With(string name, object? value) =>
        this with { Properties = [.. Properties.Where(p => p.Name != name), new ResourcePropertySnapshot(name, value)] };
}

/// <summary>A new snapshot of a resource.</summary>
public sealed class ResourceEvent(IResource resource, string resourceId, CustomResourceSnapshot snapshot)
{
    /// <summary>The resource.</summary>
    public IResource Resource { get; } = resource;

    /// <summary>Its id; here the same as its name.</summary>
    public string ResourceId { get; } = resourceId;

    /// <summary>The snapshot.</summary>
    public CustomResourceSnapshot Snapshot { get; } = snapshot;
}
