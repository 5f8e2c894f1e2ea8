using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Cdn.Hosting;

/// <summary>
/// Lets a test run the AppHost's own program: the program goes on up to <c>Build()</c>, waits there while the test has the
/// builder, goes on up to <c>Run()</c>, and waits there until the test is done. It flows with the program's own thread and
/// tasks, so that any number of programs run side by side.
/// </summary>
internal sealed class BuilderCapture(
    Assembly? entryAssembly, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings>? configure)
{
    private static readonly AsyncLocal<BuilderCapture?> Flow = new();

    private readonly TaskCompletionSource<DistributedApplicationBuilder> _building = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _resume = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _handedOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DistributedApplication? _app;

    /// <summary>The capture that the present program runs in; null outside of tests.</summary>
    public static BuilderCapture? Current => Flow.Value;

    /// <summary>The program's assembly; null for an application that a test makes by itself.</summary>
    public Assembly? EntryAssembly { get; } = entryAssembly;

    /// <summary>Makes a builder for a test that has no program.</summary>
    public DistributedApplicationBuilder CreateBuilder()
    {
        var before = Flow.Value;
        Flow.Value = this;
        try
        {
            return new DistributedApplicationBuilder(new DistributedApplicationOptions { Args = args });
        }
        finally
        {
            Flow.Value = before;
        }
    }

    /// <summary>Runs the program up to Build().</summary>
    public Task<DistributedApplicationBuilder> RunEntryPointAsync()
    {
        var entryPoint = EntryAssembly?.EntryPoint
            ?? throw new InvalidOperationException($"{EntryAssembly?.GetName().Name} is not a program: it has no entry point.");

        // A thread of its own: a program may block in Run() for as long as the test takes.
        new Thread(() => RunEntryPoint(entryPoint)) { IsBackground = true, Name = "AppHost" }.Start();
        return _building.Task;
    }

    /// <summary>Lets the program go on from Build(); completed at its Run(), or at its end.</summary>
    public Task<DistributedApplication> ResumeAsync()
    {
        _resume.TrySetResult();
        return _handedOver.Task;
    }

    /// <summary>Ends the program, wherever it waits.</summary>
    public void End()
    {
        _resume.TrySetCanceled();
        _ended.TrySetResult();
    }

    /// <summary>Called by the builder: what a test wants otherwise.</summary>
    public void Configure(DistributedApplicationOptions options, HostApplicationBuilderSettings settings)
    {
        options.Args ??= args;
        settings.Args = options.Args is { Length: > 0 } ? options.Args : args;
        options.DisableDashboard = true;
        options.EnableResourceLogging = true;
        settings.Configuration ??= new ConfigurationManager();
        settings.Configuration.AddInMemoryCollection([new(EndpointAllocation.RandomizeKey, "true")]);
        configure?.Invoke(options, settings);
    }

    /// <summary>Called by the builder in Build().</summary>
    public void PauseAtBuild(DistributedApplicationBuilder builder)
    {
        if (EntryAssembly is null)
        {
            return;
        }

        _building.TrySetResult(builder);
        _resume.Task.GetAwaiter().GetResult();
    }

    /// <summary>Called by the builder at the end of Build().</summary>
    public void Built(DistributedApplication app) => _app = app;

    /// <summary>Called by Run().</summary>
    public Task HandOverAsync(DistributedApplication app)
    {
        _handedOver.TrySetResult(app);
        return _ended.Task;
    }

    private void RunEntryPoint(MethodInfo entryPoint)
    {
        Flow.Value = this;
        Exception? error = null;
        try
        {
            object?[] arguments = entryPoint.GetParameters().Length == 0 ? [] : [args];
            entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        catch (Exception e)
        {
            error = e;
        }

        _building.TrySetException(error ?? new InvalidOperationException(
            $"The program {entryPoint.DeclaringType?.Assembly.GetName().Name} has ended without building an application."));
        if (error is null && _app is not null)
        {
            _handedOver.TrySetResult(_app); // a program that only builds
        }

        _handedOver.TrySetException(error ?? new InvalidOperationException("The program has ended without an application."));
    }
}
