namespace Cdn.Hosting;

/// <summary>What an application is made for.</summary>
public enum DistributedApplicationOperation
{
    /// <summary>To run here.</summary>
    Run,

    /// <summary>To be written out for another place; the other engine does that, this one never.</summary>
    Publish,
}

/// <summary>What the application is made for, and its services once it is built.</summary>
public class DistributedApplicationExecutionContext
{
    private IServiceProvider? _services;

    internal DistributedApplicationExecutionContext()
    {
    }

    /// <summary>Always <see cref="DistributedApplicationOperation.Run"/> here.</summary>
    public DistributedApplicationOperation Operation { get; } = DistributedApplicationOperation.Run;

    /// <summary>Always true here.</summary>
    public bool IsRunMode => Operation == DistributedApplicationOperation.Run;

    /// <summary>Always false here.</summary>
    public bool IsPublishMode => Operation == DistributedApplicationOperation.Publish;

    /// <summary>The services of the application.</summary>
    /// <exception cref="InvalidOperationException">The application is not built yet.</exception>
    public IServiceProvider Services
    {
        get => _services ?? throw new InvalidOperationException("The services exist only after Build().");
        internal set => _services = value;
    }
}
