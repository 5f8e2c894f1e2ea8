using System.Globalization;
using Cdn.ServiceDefaults.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.Discovery;

/// <summary>
/// <c>REPLICA_COUNT</c> and <c>REPLICA_ADDRESS</c>: replicas that an orchestrator numbers, so that scaling is one number. They become
/// the settings of service discovery that would have to be written out otherwise: of 2 and <c>http://replica-{0}.replica:8080</c>,
/// <c>services:replica-0:http:0</c> and <c>services:replica-1:http:0</c>.
/// </summary>
internal sealed class NumberedReplicas
{
    /// <summary>More than anybody has, and few enough to be listed: 10,000.</summary>
    internal const int Most = 10_000;

    public string Count { get; set; } = "";

    public string Address { get; set; } = "";

    /// <summary>The replicas are told otherwise: the AppHost has a <c>REPLICA_COUNT</c>, too, which its services inherit.</summary>
    public bool IsEmpty => Address.Length == 0;

    public bool IsCountValid => int.TryParse(Count, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= Most;

    public bool IsAddressValid =>
        Address.Contains("{0}", StringComparison.Ordinal)
        && Uri.TryCreate(AddressOf(0), UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttp;

    /// <summary>What service discovery reads; nothing if something is wrong, which the validator says.</summary>
    public IEnumerable<KeyValuePair<string, string?>> ToSettings() =>
        IsEmpty || !IsCountValid || !IsAddressValid
            ? []
            : Enumerable.Range(0, int.Parse(Count, CultureInfo.InvariantCulture))
                .Select(number => KeyValuePair.Create($"services:replica-{number}:http:0", (string?)AddressOf(number)));

    internal static void Bind(NumberedReplicas replicas, IConfiguration configuration)
    {
        replicas.Count = configuration["REPLICA_COUNT"] ?? "";
        replicas.Address = configuration["REPLICA_ADDRESS"] ?? "";
    }

    private string AddressOf(int number) =>
        Address.Replace("{0}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
}

/// <summary>Reports what is wrong with the two.</summary>
internal sealed class NumberedReplicasValidator : IValidateOptions<NumberedReplicas>
{
    public ValidateOptionsResult Validate(string? name, NumberedReplicas options)
    {
        var errors = new SettingErrors();
        errors.Require(
            options.IsEmpty || options.IsCountValid,
            $"REPLICA_COUNT must be a number from 1 to {NumberedReplicas.Most}; it is '{options.Count}'.");
        errors.Require(
            options.IsEmpty || options.IsAddressValid,
            $"REPLICA_ADDRESS must be an address with {{0}} for the number, as http://replica-{{0}}:8080; it is '{options.Address}'.");
        return errors.ToResult();
    }
}

/// <summary>Makes them known to service discovery.</summary>
internal static class NumberedReplicasExtensions
{
    public static void AddNumberedReplicas(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<NumberedReplicas, NumberedReplicasValidator>(NumberedReplicas.Bind);
        var replicas = new NumberedReplicas();
        NumberedReplicas.Bind(replicas, builder.Configuration);
        builder.Configuration.AddInMemoryCollection(replicas.ToSettings());
    }
}
