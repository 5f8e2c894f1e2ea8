using System.Collections.ObjectModel;

namespace Cdn.Hosting;

/// <inheritdoc cref="IResourceCollection"/>
internal sealed class ResourceCollection : Collection<IResource>, IResourceCollection
{
    protected override void InsertItem(int index, IResource item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (this.Any(r => string.Equals(r.Name, item.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"There are two resources named '{item.Name}': names are unique, whatever the case.");
        }

        base.InsertItem(index, item);
    }
}

/// <summary>The resources of a built application.</summary>
public sealed class DistributedApplicationModel(IEnumerable<IResource> resources)
{
    /// <summary>In the order they were added.</summary>
    public IResourceCollection Resources { get; } = resources as IResourceCollection ?? Copy(resources);

    private static ResourceCollection Copy(IEnumerable<IResource> resources)
    {
        var copy = new ResourceCollection();
        foreach (var resource in resources)
        {
            copy.Add(resource);
        }

        return copy;
    }
}
