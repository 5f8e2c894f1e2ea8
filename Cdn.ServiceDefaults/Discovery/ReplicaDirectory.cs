using System.Collections.Immutable;
using Microsoft.Extensions.Configuration;

namespace Cdn.ServiceDefaults.Discovery;

/// <summary>
/// The replicas that this deployment has, by name. Service discovery turns a name into addresses, but has no way to list
/// names; so the list is what the configuration tells it about: <c>services:replica*</c>, as the AppHost injects it, or
/// <c>REPLICAS</c> (comma-separated) where addresses come from DNS.
/// </summary>
public sealed class ReplicaDirectory
{
    private const string NamePrefix = "replica";

    /// <summary>Reads the names from the configuration.</summary>
    public ReplicaDirectory(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var listed = configuration["REPLICAS"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var discovered = configuration.GetSection("services").GetChildren()
            .Select(service => service.Key)
            .Where(name => name.StartsWith(NamePrefix, StringComparison.OrdinalIgnoreCase));

        Names = [.. (listed ?? discovered).Select(name => name.ToLowerInvariant()).Distinct().Order(NaturalOrder.Instance)];
    }

    /// <summary>Their names in natural order: <c>replica2</c> before <c>replica10</c>.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>The address that service discovery resolves, for a path that starts with a slash.</summary>
    public static Uri AddressOf(string replica, string path) => new($"http://{replica}{path}");

    private sealed class NaturalOrder : IComparer<string>
    {
        public static readonly NaturalOrder Instance = new();

        public int Compare(string? x, string? y) =>
            (x?.Length ?? 0) != (y?.Length ?? 0) ? (x?.Length ?? 0) - (y?.Length ?? 0) : string.CompareOrdinal(x, y);
    }
}
