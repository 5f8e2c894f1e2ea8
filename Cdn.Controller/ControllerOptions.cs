using System.Globalization;
using Cdn.Contracts;
using Cdn.Controller.Operators;
using Cdn.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace Cdn.Controller;

/// <summary>Settings of the controller. Each is a configuration key and an environment variable of the name given.</summary>
public sealed class ControllerOptions
{
    /// <summary>A value of <c>STEERING</c>.</summary>
    public const string RoundRobin = "round-robin";

    /// <summary>A value of <c>STEERING</c>.</summary>
    public const string LeastOutstanding = "least-outstanding";

    /// <summary>A value of <c>STEERING</c>.</summary>
    public const string ConsistentHash = "consistent-hash";

    /// <summary>
    /// <c>STEERING</c>: who gets a request of those who can serve it: <c>round-robin</c> (default), <c>least-outstanding</c> or
    /// <c>consistent-hash</c>.
    /// </summary>
    public string Steering { get; set; } = RoundRobin;

    /// <summary>
    /// <c>STEERING_TTL</c>: seconds until a player that speaks content steering asks again. Default 10; 1 to 3,600.
    /// </summary>
    public int SteeringTtlSeconds { get; set; } = 10;

    /// <summary>
    /// <c>COPIES</c>: on how many replicas each video is held. Default <c>all</c>, which is null here; 1 to 1,000.
    /// </summary>
    public int? Copies { get; set; }

    /// <summary>
    /// <c>COPIES_MAX</c>: most copies of a video that is in demand. Default <c>all</c>, which is null here; 1 to 1,000. What is
    /// not above <c>COPIES</c> has every video held as often as any other.
    /// </summary>
    public int? CopiesMax { get; set; }

    /// <summary>What is wrong with <c>COPIES</c> and <c>COPIES_MAX</c>: neither <c>all</c> nor a number.</summary>
    internal List<string> CopiesErrors { get; } = [];

    /// <summary>
    /// <c>PLACEMENT_SLACK</c>: how far a replica may be above its fair share of bytes. Default 0.25, a quarter; 0.01 to 10.
    /// </summary>
    public double PlacementSlack { get; set; } = 0.25;

    /// <summary>
    /// <c>REPLACE_AFTER</c>: seconds that a replica may be away before others get what it held. Default 600; 0 to 604,800.
    /// </summary>
    public double ReplaceAfterSeconds { get; set; } = 600;

    /// <summary>
    /// <c>STATE_DIR</c>: where the last known catalog and purges are kept for the next start. Default: they are not kept.
    /// </summary>
    public string StateDir { get; set; } = "";

    /// <summary><c>OPERATOR_KEY</c>: the key to <c>/api/</c>, at least 16 characters. Default: none, and no such API.</summary>
    public string OperatorKey { get; set; } = "";

    /// <summary>
    /// <c>OPERATOR_KEYS</c>: a file with more keys to <c>/api/</c>, a line each: name, role (<c>read</c> or <c>operate</c>), key.
    /// It is followed when it changes. Default: none.
    /// </summary>
    public string OperatorKeysFile { get; set; } = "";

    /// <summary>
    /// <c>EDGE_SECRET</c>: what nginx proves itself with when it says more of a request than the client did, at least 16
    /// characters. Default: none, and nothing of that is believed.
    /// </summary>
    public string EdgeSecret { get; set; } = "";

    /// <summary>
    /// <c>CATALOG_POLL</c>: seconds until the origin is asked again after it could not be. Default 0.5; 0.05 to 3,600.
    /// </summary>
    public double CatalogPollSeconds { get; set; } = 0.5;

    /// <summary><c>PROBE</c>: seconds between two probes of a replica. Default 0.5; 0.05 to 60.</summary>
    public double ProbeSeconds { get; set; } = 0.5;

    /// <summary>
    /// <c>PROBE_TIMEOUT</c>: seconds that a replica has to answer a probe. Default 0.75, so that two in a row, after which a
    /// silent replica is left out, fit in two seconds; 0.05 to 60.
    /// </summary>
    public double ProbeTimeoutSeconds { get; set; } = 0.75;

    /// <summary><c>FILL_PER_REPLICA</c>: pushes to one replica, and drops there, at a time. Default 4; 1 to 64.</summary>
    public int FillPerReplica { get; set; } = 4;

    /// <summary><c>FILL_TOTAL</c>: the same of all replicas. Default 16; 1 to 1,024.</summary>
    public int FillTotal { get; set; } = 16;

    /// <summary>
    /// <c>FILL_RETRY_MAX</c>: longest wait in seconds before a failed push is tried again. Default 30; 1 to 3,600.
    /// </summary>
    public double FillRetryMaxSeconds { get; set; } = 30;

    /// <summary>
    /// <c>PURGE_GRACE</c>: seconds for which nginx may go on serving from the store of a replica that does not answer while a
    /// purge waits for it. Default 30, in which one that is started again is back; 1 to 86,400.
    /// </summary>
    public double PurgeGraceSeconds { get; set; } = 30;

    /// <summary>
    /// <c>LIMIT_WRONG_KEYS</c>: wrong keys to the operator's API that one address (of IPv6: a /64) may try in a minute, so many
    /// of them at once. Default 10; 0, for no limit, to 10,000.
    /// </summary>
    public int WrongKeysPerMinute { get; set; } = 10;

    /// <summary><c>LIMITED_LOG</c>: the file in which nginx tells who met a limit. Default: none.</summary>
    public string LimitedLog { get; set; } = "";

    /// <summary>Reads the settings from their names.</summary>
    internal static void Bind(ControllerOptions options, IConfiguration configuration)
    {
        options.Steering = configuration["STEERING"] is { Length: > 0 } steering ? steering : options.Steering;
        options.SteeringTtlSeconds = configuration.GetValue("STEERING_TTL", options.SteeringTtlSeconds);
        options.Copies = options.ReadCopies("COPIES", configuration);
        options.CopiesMax = options.ReadCopies("COPIES_MAX", configuration);
        options.PlacementSlack = configuration.GetValue("PLACEMENT_SLACK", options.PlacementSlack);
        options.ReplaceAfterSeconds = configuration.GetValue("REPLACE_AFTER", options.ReplaceAfterSeconds);
        options.OperatorKey = configuration["OPERATOR_KEY"] ?? "";
        options.OperatorKeysFile = configuration["OPERATOR_KEYS"] ?? "";
        options.EdgeSecret = configuration["EDGE_SECRET"] ?? "";
        options.StateDir = configuration["STATE_DIR"] ?? "";
        options.CatalogPollSeconds = configuration.GetValue("CATALOG_POLL", options.CatalogPollSeconds);
        options.ProbeSeconds = configuration.GetValue("PROBE", options.ProbeSeconds);
        options.ProbeTimeoutSeconds = configuration.GetValue("PROBE_TIMEOUT", options.ProbeTimeoutSeconds);
        options.FillPerReplica = configuration.GetValue("FILL_PER_REPLICA", options.FillPerReplica);
        options.FillTotal = configuration.GetValue("FILL_TOTAL", options.FillTotal);
        options.PurgeGraceSeconds = configuration.GetValue("PURGE_GRACE", options.PurgeGraceSeconds);
        options.WrongKeysPerMinute = configuration.GetValue("LIMIT_WRONG_KEYS", options.WrongKeysPerMinute);
        options.LimitedLog = configuration["LIMITED_LOG"] ?? "";
        options.FillRetryMaxSeconds = configuration.GetValue("FILL_RETRY_MAX", options.FillRetryMaxSeconds);
    }

    private int? ReadCopies(string key, IConfiguration configuration)
    {
        var text = configuration[key];
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var copies) && copies is > 0 and <= 1000)
        {
            return copies;
        }

        if (!string.IsNullOrEmpty(text) && text != "all")
        {
            CopiesErrors.Add($"{key} must be all, or a number from 1 to 1000; it is '{text}'.");
        }

        return null;
    }
}

/// <summary>Reports every setting that is wrong, at once.</summary>
internal sealed class ControllerOptionsValidator : IValidateOptions<ControllerOptions>
{
    public ValidateOptionsResult Validate(string? name, ControllerOptions options)
    {
        var errors = new SettingErrors();
        errors.Require(
            options.OperatorKey.Length is 0 or >= Limits.MinSharedKeyLength,
            $"OPERATOR_KEY must be at least {Limits.MinSharedKeyLength} characters long.");
        errors.Require(
            options.EdgeSecret.Length is 0 or >= Limits.MinSharedKeyLength,
            $"EDGE_SECRET must be at least {Limits.MinSharedKeyLength} characters long.");
        foreach (var error in OperatorKeys.FindErrors(options.OperatorKeysFile))
        {
            errors.Require(false, error);
        }

        errors.Require(
            options.Steering is ControllerOptions.RoundRobin or ControllerOptions.LeastOutstanding or ControllerOptions.ConsistentHash,
            $"STEERING must be round-robin, least-outstanding or consistent-hash; it is '{options.Steering}'.");
        options.CopiesErrors.ForEach(error => errors.Require(false, error));
        errors.RequireRange("PLACEMENT_SLACK", options.PlacementSlack, 0.01, 10);
        errors.RequireRange("REPLACE_AFTER", options.ReplaceAfterSeconds, 0, 604_800);
        errors.RequireRange("STEERING_TTL", options.SteeringTtlSeconds, 1, 3600);
        errors.RequireRange("CATALOG_POLL", options.CatalogPollSeconds, 0.05, 3600);
        errors.RequireRange("PROBE", options.ProbeSeconds, 0.05, 60);
        errors.RequireRange("PROBE_TIMEOUT", options.ProbeTimeoutSeconds, 0.05, 60);
        errors.RequireRange("FILL_PER_REPLICA", options.FillPerReplica, 1, 64);
        errors.RequireRange("FILL_TOTAL", options.FillTotal, 1, 1024);
        errors.RequireRange("PURGE_GRACE", options.PurgeGraceSeconds, 1, 86_400);
        errors.RequireRange("LIMIT_WRONG_KEYS", options.WrongKeysPerMinute, 0, 10_000);
        errors.RequireRange("FILL_RETRY_MAX", options.FillRetryMaxSeconds, 1, 3600);
        return errors.ToResult();
    }
}
