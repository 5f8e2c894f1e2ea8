using System.Globalization;

namespace Cdn.Hosting;

/// <summary>Turns what stands in an environment or in arguments into text.</summary>
internal static class ValueResolver
{
    public static async ValueTask<string> ResolveAsync(object value, CancellationToken cancellationToken) => value switch
    {
        string text => text,
        IValueProvider provider => await provider.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? "",
        IResourceBuilder<IResource> { Resource: IValueProvider provider } =>
            await provider.GetValueAsync(cancellationToken).ConfigureAwait(false) ?? "",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
