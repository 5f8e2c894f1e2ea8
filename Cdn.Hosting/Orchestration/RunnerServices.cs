using Microsoft.Extensions.Options;

namespace Cdn.Hosting;

/// <summary>What every runner needs.</summary>
internal sealed record RunnerServices(
    IServiceProvider Services, ResourceNotificationService Notifications, ResourceLoggerService Loggers,
    IDistributedApplicationEventing Eventing, HealthMonitor Monitor, ProcessSpecs Specs, IProcessLauncher Launcher, TimeProvider Time,
    IOptions<SupervisionOptions> Options);
