namespace Cdn.Hosting;

/// <summary>How an application is made.</summary>
public sealed class DistributedApplicationOptions
{
    /// <summary>The command line; <c>key=value</c> and <c>--key value</c> become configuration.</summary>
    public string[]? Args { get; set; }

    /// <summary>Name of the AppHost's assembly; default: the entry assembly.</summary>
    public string? AssemblyName { get; set; }

    /// <summary>The AppHost's directory, to which relative paths belong; default: where the AppHost's project is.</summary>
    public string? ProjectDirectory { get; set; }

    /// <summary>Whether to go without the dashboard. Default false; true in tests.</summary>
    public bool DisableDashboard { get; set; }

    /// <summary>The application's name in the dashboard and at the end of start; default: the AppHost's assembly name.</summary>
    public string? DashboardApplicationName { get; set; }

    /// <summary>Whether the output of the processes goes to the host's <c>ILogger</c> too. Default false; true in tests.</summary>
    public bool EnableResourceLogging { get; set; }

    /// <summary>Kept so that one AppHost compiles on both engines: this one speaks plain http to its own services anyway.</summary>
    public bool AllowUnsecuredTransport { get; set; }
}
