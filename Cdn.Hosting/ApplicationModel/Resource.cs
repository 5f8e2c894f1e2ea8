using System.Collections.ObjectModel;
using System.Diagnostics;

namespace Cdn.Hosting;

/// <summary>The annotations of one resource, in the order they were added.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;

/// <summary>Base of all resources.</summary>
[DebuggerDisplay("{GetType().Name,nq} {Name}")]
public abstract class Resource : IResource
{
    /// <summary>Makes a resource.</summary>
    /// <exception cref="ArgumentException">The name breaks the rules of <see cref="IResource.Name"/>.</exception>
    protected Resource(string name)
    {
        ModelName.Validate("Resource", name);
        Name = name;
    }

    /// <inheritdoc/>
    public virtual string Name { get; }

    /// <inheritdoc/>
    public virtual ResourceAnnotationCollection Annotations { get; } = [];
}
