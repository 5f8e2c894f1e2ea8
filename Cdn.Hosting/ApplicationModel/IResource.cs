namespace Cdn.Hosting;

/// <summary>A fact attached to a resource; what the engine does with a resource follows from its annotations.</summary>
public interface IResourceAnnotation;

/// <summary>One part of the application: a process, a parameter, or whatever an integration defines.</summary>
public interface IResource
{
    /// <summary>1 to 64 ASCII letters, digits and hyphens; unique in the application, whatever the case.</summary>
    string Name { get; }

    /// <summary>What is known of the resource.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>A resource whose process takes environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource whose process takes arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>A resource that listens on ports.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource that can wait for others before it starts.</summary>
public interface IResourceWithWaitSupport : IResource;

/// <summary>A resource whose endpoints others find by its name.</summary>
public interface IResourceWithServiceDiscovery : IResourceWithEndpoints;

/// <summary>A resource that lives and dies with another one.</summary>
public interface IResourceWithParent : IResource
{
    /// <summary>The resource that it belongs to.</summary>
    IResource Parent { get; }
}
