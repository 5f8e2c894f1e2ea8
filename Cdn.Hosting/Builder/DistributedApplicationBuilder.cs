using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <inheritdoc/>
internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly DistributedApplicationOptions _options;
    private readonly BuilderCapture? _capture = BuilderCapture.Current;
    private readonly DistributedApplicationEventing _eventing = new();
    private bool _built;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        _options = options;
        var settings = new HostApplicationBuilderSettings { Args = options.Args, Configuration = new ConfigurationManager() };
        _capture?.Configure(options, settings);
        settings.Args ??= options.Args;
        AppHostAssembly = options.AssemblyName is { } name
            ? Assembly.Load(name)
            : _capture?.EntryAssembly ?? Assembly.GetEntryAssembly();
        AppHostDirectory = Path.GetFullPath(options.ProjectDirectory ?? ProjectDirectory(AppHostAssembly) ?? Directory.GetCurrentDirectory());
        settings.ContentRootPath ??= AppHostDirectory;
        settings.EnvironmentName ??= EnvironmentName(settings.Args);
        settings.Configuration ??= new ConfigurationManager();
        _host = new HostApplicationBuilder(settings);
        AddAspireVariables(_host.Configuration, settings.Args);
        AddServices();
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing => _eventing;

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new ResourceBuilder<T>(this, resource);

    public DistributedApplication Build()
    {
        if (_built)
        {
            throw new InvalidOperationException("Build() was called before: one builder makes one application.");
        }

        _built = true;
        _capture?.PauseAtBuild(this);
        if (!_options.DisableDashboard)
        {
            DashboardResource.AddIfInstalled(this);
        }

        var host = _host.Build();
        ExecutionContext.Services = host.Services;
        var app = new DistributedApplication(host, _capture);
        _capture?.Built(app);
        return app;
    }

    // Written by the build, see Cdn.Hosting.targets; the name is Aspire's.
    private static string? ProjectDirectory(Assembly? assembly) => assembly?.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == "apphostprojectpath")?.Value is { } path && Directory.Exists(path) ? path : null;

    // --environment comes before DOTNET_ENVIRONMENT and that before ASPIRE_ENVIRONMENT; the host itself sees to the first two.
    private static string? EnvironmentName(string[]? args)
    {
        var known = new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddCommandLine(args ?? []).Build();
        return known["environment"] ?? System.Environment.GetEnvironmentVariable("ASPIRE_ENVIRONMENT");
    }

    // Before the command line, which wins over all variables.
    private static void AddAspireVariables(ConfigurationManager configuration, string[]? args)
    {
        configuration.AddEnvironmentVariables("ASPIRE_");
        if (args is { Length: > 0 })
        {
            configuration.AddCommandLine(args);
        }
    }

    private void AddServices()
    {
        var services = _host.Services;
        var behavior = _options.DisableDashboard ? WaitBehavior.StopOnResourceUnavailable : WaitBehavior.WaitOnResourceUnavailable;
        var name = _options.DashboardApplicationName ?? AppHostAssembly?.GetName().Name ?? "The application";
        services.AddHttpClient();
        services.AddHealthChecks();
        services.AddOptions<SupervisionOptions>().BindConfiguration("Hosting");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(ExecutionContext);
        services.AddSingleton<IDistributedApplicationEventing>(_eventing);
        services.AddSingleton(new AppHostLocation(AppHostDirectory, name));
        services.AddSingleton(_ => new DistributedApplicationModel(Resources));
        services.AddSingleton(s => new ResourceNotificationService(s.GetRequiredService<DistributedApplicationModel>(), behavior));
        services.AddSingleton(s => new ResourceLoggerService(s.GetRequiredService<IResourceOutput>()));
        services.AddSingleton(s => new ResourceCommandService(s));
        services.AddSingleton(s => new HealthMonitor(
            s.GetRequiredService<HealthCheckService>(), s.GetRequiredService<ResourceNotificationService>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IProcessLauncher>(_ => OperatingSystem.IsWindows() ? new WindowsLauncher() : new UnixLauncher(new Guardian()));
        services.AddSingleton<OtlpEnvironment>();
        services.AddSingleton<ProcessEnvironment>();
        services.AddSingleton<ProcessSpecs>();
        services.AddSingleton<ResourceUrls>();
        services.AddSingleton<ResourceService>();
        services.AddSingleton<ResourceServer>();
        services.AddSingleton<Dashboard>();
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<RunnerServices>(s));
        services.AddSingleton<Orchestrator>();
        AddOutput(services);
    }

    private void AddOutput(IServiceCollection services)
    {
        if (_capture is not null)
        {
            // A test has its own output; it may ask for the lines as log messages, or read them from ResourceLoggerService.
            services.AddSingleton<IResourceOutput>(s =>
                _options.EnableResourceLogging ? new LoggerOutput(s.GetRequiredService<ILoggerFactory>()) : new NoOutput());
            services.AddSingleton<IHostLifetime, CapturedLifetime>();
            _host.Logging.ClearProviders();
            return;
        }

        services.AddSingleton(s => new ConsoleOutput(
            s.GetRequiredService<DistributedApplicationModel>(), Console.Out, ConsoleOutput.WantsColour));
        services.AddSingleton<IResourceOutput>(s => s.GetRequiredService<ConsoleOutput>());
        services.AddSingleton<IHostLifetime, SignalLifetime>();
        services.AddHostedService<ParentWatch>();
        _host.Logging.ClearProviders();

        // A service that is not up yet is no news; HealthMonitor tells what changes.
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        services.AddSingleton<ILoggerProvider>(s => new HostLoggerProvider(new Lazy<ConsoleOutput>(s.GetRequiredService<ConsoleOutput>)));
    }
}
