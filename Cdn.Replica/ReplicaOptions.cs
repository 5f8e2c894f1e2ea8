using System.Globalization;
using Cdn.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace Cdn.Replica;

/// <summary>Settings of a replica. Each is a configuration key and an environment variable of the name given.</summary>
public sealed class ReplicaOptions
{
    /// <summary><c>CACHE_DIR</c>: the folder of the store, made if it is not there. Required. One replica has it to itself.</summary>
    public string CacheDir { get; set; } = "";

    /// <summary><c>CAPACITY</c>: most bytes that the store takes, with an optional K, M, G or T (powers of 1,024). Default: no limit.</summary>
    public string Capacity { get; set; } = "";

    /// <summary><c>RECEIVE_CONCURRENCY</c>: pushes received at a time; more are answered 503. Default 16; 1 to 1,024.</summary>
    public int ReceiveConcurrency { get; set; } = 16;

    /// <summary><c>INCOMING_HOURS</c>: hours that an unfinished push is kept for its sender to resume. Default 24; 0 to 8,760.</summary>
    public double IncomingHours { get; set; } = 24;

    /// <summary><see cref="Capacity"/> in bytes.</summary>
    public long CapacityBytes => TryParseSize(Capacity, out var bytes) ? bytes : long.MaxValue;

    /// <summary>Reads the settings from their names.</summary>
    internal static void Bind(ReplicaOptions options, IConfiguration configuration)
    {
        options.CacheDir = configuration["CACHE_DIR"] ?? "";
        options.Capacity = configuration["CAPACITY"] ?? "";
        options.ReceiveConcurrency = configuration.GetValue("RECEIVE_CONCURRENCY", options.ReceiveConcurrency);
        options.IncomingHours = configuration.GetValue("INCOMING_HOURS", options.IncomingHours);
    }

    /// <summary>Reads <c>1500</c>, <c>500M</c>, <c>2T</c>; empty means no limit.</summary>
    internal static bool TryParseSize(string text, out long bytes)
    {
        bytes = long.MaxValue;
        if (text.Length == 0)
        {
            return true;
        }

        var power = "KMGT".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal) + 1;
        var digits = power > 0 ? text.AsSpan(0, text.Length - 1) : text;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > long.MaxValue >> (10 * power))
        {
            return false;
        }

        bytes = number << (10 * power);
        return true;
    }
}

/// <summary>Reports every setting that is wrong, at once.</summary>
internal sealed class ReplicaOptionsValidator : IValidateOptions<ReplicaOptions>
{
    public ValidateOptionsResult Validate(string? name, ReplicaOptions options)
    {
        var errors = new SettingErrors();
        errors.Require(options.CacheDir.Length > 0, "CACHE_DIR must name the folder of this replica's store.");
        errors.Require(
            ReplicaOptions.TryParseSize(options.Capacity, out _),
            $"CAPACITY must be a number of bytes, with K, M, G or T if wanted; it is '{options.Capacity}'.");
        errors.RequireRange("RECEIVE_CONCURRENCY", options.ReceiveConcurrency, 1, 1024);
        errors.RequireRange("INCOMING_HOURS", options.IncomingHours, 0, 8760);
        return errors.ToResult();
    }
}
