using Microsoft.Extensions.Configuration;

namespace Cdn.Hosting;

/// <summary>Values from outside.</summary>
public static class ParameterExtensions
{
    /// <summary>Adds a parameter; its value is configuration key <c>Parameters:name</c>, for example variable Parameters__name.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        Add(builder, name, _ => Configured(builder, $"Parameters:{name}") ?? throw Missing(name, $"Parameters:{name}"), secret);

    /// <summary>Adds a parameter with a fixed value.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    /// <summary>Adds a parameter whose value is asked for once.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false,
        bool secret = false) => Add(builder, name, _ => valueGetter(), secret);

    /// <summary>Adds a parameter that has a default, for example a <see cref="GenerateParameterDefault"/>.</summary>
    /// <exception cref="NotSupportedException"><paramref name="persist"/>: a generated value lives as long as the run.</exception>
    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (persist)
        {
            throw new NotSupportedException("This engine keeps no parameters between runs: configure Parameters:" + name + " instead.");
        }

        var parameter = Add(
            builder, name, fallback => Configured(builder, $"Parameters:{name}") ?? fallback!.GetDefaultValue(), secret);
        parameter.Resource.Default = value;
        return parameter;
    }

    /// <summary>Adds a parameter whose value is at a configuration key.</summary>
    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(
        this IDistributedApplicationBuilder builder, string name, string configurationKey, bool secret = false) =>
        Add(builder, name, _ => Configured(builder, configurationKey) ?? throw Missing(name, configurationKey), secret);

    private static IResourceBuilder<ParameterResource> Add(
        IDistributedApplicationBuilder builder, string name, Func<ParameterDefault?, string> value, bool secret)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new ParameterResource(name, value, secret));
    }

    // A shell cannot set a variable with a hyphen in its name: Parameters__cdn_key serves for cdn-key.
    private static string? Configured(IDistributedApplicationBuilder builder, string key) =>
        builder.Configuration[key] ?? builder.Configuration[key.Replace('-', '_')];

    private static DistributedApplicationException Missing(string name, string key) => new(
        $"Parameter {name} has no value: set configuration key {key}, for example by environment variable " +
        $"{key.Replace(":", "__", StringComparison.Ordinal).Replace('-', '_')}.");
}
