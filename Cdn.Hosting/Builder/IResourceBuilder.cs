namespace Cdn.Hosting;

/// <summary>What happens to an annotation of the same type.</summary>
public enum ResourceAnnotationMutationBehavior
{
    /// <summary>It stays.</summary>
    Append,

    /// <summary>It goes.</summary>
    Replace,
}

/// <summary>Configures one resource. Covariant: pass a builder of a project where a builder of any resource is asked for.</summary>
public interface IResourceBuilder<out T>
    where T : IResource
{
    /// <summary>The resource.</summary>
    T Resource { get; }

    /// <summary>The application it belongs to.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    /// <summary>Adds an annotation.</summary>
    IResourceBuilder<T> WithAnnotation<TAnnotation>(
        TAnnotation annotation, ResourceAnnotationMutationBehavior behavior = ResourceAnnotationMutationBehavior.Append)
        where TAnnotation : IResourceAnnotation;

    /// <summary>Adds an annotation that has nothing to say but that it is there.</summary>
    IResourceBuilder<T> WithAnnotation<TAnnotation>(
        ResourceAnnotationMutationBehavior behavior = ResourceAnnotationMutationBehavior.Append)
        where TAnnotation : IResourceAnnotation, new() => WithAnnotation(new TAnnotation(), behavior);
}

/// <inheritdoc/>
internal sealed class ResourceBuilder<T>(IDistributedApplicationBuilder applicationBuilder, T resource) : IResourceBuilder<T>
    where T : IResource
{
    public T Resource { get; } = resource;

    public IDistributedApplicationBuilder ApplicationBuilder { get; } = applicationBuilder;

    public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation, ResourceAnnotationMutationBehavior behavior)
        where TAnnotation : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(annotation);
        if (behavior == ResourceAnnotationMutationBehavior.Replace)
        {
            foreach (var old in Resource.Annotations.OfType<TAnnotation>().ToList())
            {
                Resource.Annotations.Remove(old);
            }
        }

        Resource.Annotations.Add(annotation);
        return this;
    }
}
