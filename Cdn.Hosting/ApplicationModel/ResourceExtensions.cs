using System.Diagnostics.CodeAnalysis;

namespace Cdn.Hosting;

/// <summary>Questions to a resource.</summary>
public static class ResourceExtensions
{
    /// <summary>The annotation of a type that was added last.</summary>
    public static bool TryGetLastAnnotation<T>(this IResource resource, [NotNullWhen(true)] out T? annotation)
        where T : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(resource);
        annotation = resource.Annotations.OfType<T>().LastOrDefault();
        return annotation is not null;
    }

    /// <summary>All annotations of a type; false when there is none.</summary>
    public static bool TryGetAnnotationsOfType<T>(this IResource resource, [NotNullWhen(true)] out IEnumerable<T>? result)
        where T : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(resource);
        var found = resource.Annotations.OfType<T>().ToList();
        result = found.Count > 0 ? found : null;
        return result is not null;
    }

    /// <summary>Whether there is an annotation of a type.</summary>
    public static bool HasAnnotationOfType<T>(this IResource resource)
        where T : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.Annotations.OfType<T>().Any();
    }

    /// <summary>The endpoints of a resource, in the order they were added.</summary>
    public static IEnumerable<EndpointReference> GetEndpoints(this IResourceWithEndpoints resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return [.. resource.Annotations.OfType<EndpointAnnotation>().Select(e => new EndpointReference(resource, e.Name))];
    }

    /// <summary>One endpoint of a resource, whether it is defined yet or not.</summary>
    public static EndpointReference GetEndpoint(this IResourceWithEndpoints resource, string endpointName) =>
        new(resource, endpointName);

    /// <summary>Whether the engine runs a process for it.</summary>
    internal static bool IsProcess(this IResource resource) => resource is ProjectResource or ExecutableResource;

    /// <summary>What it waits for, directly.</summary>
    internal static IEnumerable<WaitAnnotation> Waits(this IResource resource) => resource.Annotations.OfType<WaitAnnotation>();
}
