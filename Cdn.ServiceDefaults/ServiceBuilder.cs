using Microsoft.AspNetCore.Builder;

namespace Cdn.ServiceDefaults;

/// <summary>How every service of the CDN begins.</summary>
public static class ServiceBuilder
{
    /// <summary>
    /// Settings are read once, at the start. Watching their files for changes would take an inotify instance per service, of
    /// which a user
    /// has 128 by default; without one left, the service would not start.
    /// </summary>
    private const string DoNotWatchSettings = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>A builder with what every service has.</summary>
    public static WebApplicationBuilder Create(string[] args) =>
        WebApplication.CreateSlimBuilder([DoNotWatchSettings, .. args]).AddServiceDefaults();
}
