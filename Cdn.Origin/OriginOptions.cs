using Cdn.Origin.Files;
using Cdn.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace Cdn.Origin;

/// <summary>Settings of the origin. Each is a configuration key and an environment variable of the name given.</summary>
public sealed class OriginOptions
{
    /// <summary>
    /// Time that what is under way has at the end: 4 s, so that SIGTERM ends the process within 5 s, whatever hangs.
    /// </summary>
    internal static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(4);

    /// <summary><c>VIDEO_DIR</c>: the folder that is published, with everything below it. Required, read-only is enough.</summary>
    public string VideoDir { get; set; } = "";

    /// <summary><c>STATE_DIR</c>: where the origin remembers hashes and its revision. Required, writable.</summary>
    public string StateDir { get; set; } = "";

    /// <summary>
    /// <c>STABLE_FOR</c>: seconds a file that is written in place must be left alone before it is published. Default 1; 0 to
    /// 3,600.
    /// </summary>
    public double StableForSeconds { get; set; } = 1;

    /// <summary>
    /// <c>RESCAN</c>: seconds between scans when the file system reports nothing; a scan that takes long is rested from longer.
    /// Default 2; 0.1 to 86,400.
    /// </summary>
    public double RescanSeconds { get; set; } = 2;

    /// <summary><c>HASH_CONCURRENCY</c>: files hashed at a time. Default: half the cores, at least 1; 1 to 64.</summary>
    public int HashConcurrency { get; set; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>
    /// <c>LINKS</c>: which symbolic links are followed: <c>inside</c> (default: those that lead to something within
    /// <c>VIDEO_DIR</c>),
    /// <c>never</c> or <c>anywhere</c>.
    /// </summary>
    public string Links { get; set; } = "inside";

    /// <summary>The same, once it is validated.</summary>
    internal LinkRule LinkRule => Enum.Parse<LinkRule>(Links, ignoreCase: true);

    /// <summary>Reads the settings from their names.</summary>
    internal static void Bind(OriginOptions options, IConfiguration configuration)
    {
        options.VideoDir = configuration["VIDEO_DIR"] ?? "";
        options.StateDir = configuration["STATE_DIR"] ?? "";
        options.StableForSeconds = configuration.GetValue("STABLE_FOR", options.StableForSeconds);
        options.RescanSeconds = configuration.GetValue("RESCAN", options.RescanSeconds);
        options.HashConcurrency = configuration.GetValue("HASH_CONCURRENCY", options.HashConcurrency);
        options.Links = configuration["LINKS"] is { Length: > 0 } links ? links : options.Links;
    }
}

/// <summary>Reports every setting that is wrong, at once.</summary>
internal sealed class OriginOptionsValidator : IValidateOptions<OriginOptions>
{
    public ValidateOptionsResult Validate(string? name, OriginOptions options)
    {
        var errors = new SettingErrors();
        errors.Require(
            Directory.Exists(options.VideoDir),
            $"VIDEO_DIR must name an existing folder with videos; '{options.VideoDir}' is none.");
        errors.Require(options.StateDir.Length > 0, "STATE_DIR must name a folder where the origin can keep its state.");
        errors.Require(options.Links is "inside" or "never" or "anywhere", $"LINKS must be inside, never or anywhere; it is '{options.Links}'.");
        errors.RequireRange("STABLE_FOR", options.StableForSeconds, 0, 3600);
        errors.RequireRange("RESCAN", options.RescanSeconds, 0.1, 86_400);
        errors.RequireRange("HASH_CONCURRENCY", options.HashConcurrency, 1, 64);
        return errors.ToResult();
    }
}
