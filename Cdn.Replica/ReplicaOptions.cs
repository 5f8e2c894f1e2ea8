using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.ServiceDefaults.Settings;
using Microsoft.Extensions.Options;

namespace Cdn.Replica;

/// <summary>Settings of a replica. Each is a configuration key and an environment variable of the name given.</summary>
public sealed class ReplicaOptions
{
    internal const string ServeStale = "serve";
    internal const string RefetchStale = "refetch";

    /// <summary>
    /// <c>CACHE_DIR</c>: the folder of the store, made if it is not there. Required. One replica has it to itself.
    /// </summary>
    public string CacheDir { get; set; } = "";

    /// <summary>
    /// <c>CAPACITY</c>: most bytes that the store takes, with an optional K, M, G or T (powers of 1,024). Default: no limit.
    /// </summary>
    public string Capacity { get; set; } = "";

    /// <summary>
    /// <c>PULL_SHARE</c>: per cent of the disk that content may take which was pulled and not assigned to this replica, where
    /// there is no <c>CAPACITY</c>. Default 10; 0 to 100. Anybody can ask a replica for anything that the origin has.
    /// </summary>
    public double PullSharePercent { get; set; } = 10;

    /// <summary>
    /// <c>FREE_FLOOR</c>: bytes of the disk that stay free, with K, M, G or T if wanted. Default: a fiftieth of the disk, at most
    /// 1G. The index and nginx's logs live off it, and purges are written there when all else is full.
    /// </summary>
    public string FreeFloor { get; set; } = "";

    /// <summary><c>RECEIVE_CONCURRENCY</c>: pushes received at a time; more are answered 503. Default 16; 1 to 1,024.</summary>
    public int ReceiveConcurrency { get; set; } = 16;

    /// <summary>
    /// <c>RECEIVE_STALL</c>: seconds without a byte after which a push is given up, for another sender to go on with it. Default
    /// 10; 1 to 3,600.
    /// </summary>
    public double ReceiveStallSeconds { get; set; } = 10;

    /// <summary>
    /// <c>INCOMING_HOURS</c>: hours that an unfinished push is kept for its sender to resume. Default 24; 0 to 8,760.
    /// </summary>
    public double IncomingHours { get; set; } = 24;

    /// <summary><c>REPLICA_NAME</c>: what <c>Cache-Status</c> calls this replica. Default: its name in the AppHost.</summary>
    public string Name { get; set; } = "replica";

    /// <summary><c>PULL_CONCURRENCY</c>: videos pulled from the origin at a time; 0 pulls none. Default 16; 0 to 1,024.</summary>
    public int PullConcurrency { get; set; } = 16;

    /// <summary>
    /// <c>NEGATIVE_SECONDS</c>: time that the origin is not asked again for what it failed to give. Default 3 s; 0 to 3,600.
    /// </summary>
    public double NegativeSeconds { get; set; } = 3;

    /// <summary>
    /// <c>LIMIT_PULLS</c>: videos a second that are asked of the origin for one address (of IPv6: a /64), thirty times as many at
    /// once. Default 10, from ten devices that begin thirty segments each; 0, for no limit, to 10,000.
    /// </summary>
    public double PullsPerSecond { get; set; } = 10;

    /// <summary>
    /// <c>STALE</c>: what happens to the old version of a video while the push of a new one is on its way: <c>serve</c> it until
    /// then, or give it up and <c>refetch</c> what is asked for. Default <c>serve</c>.
    /// </summary>
    public string Stale { get; set; } = ServeStale;

    /// <summary><c>SERVED_LOG</c>: the file in which nginx tells what it served from this store. Default: none.</summary>
    public string ServedLog { get; set; } = "";

    /// <summary>
    /// <c>SCRUB_HOURS</c>: time in which every object is read and verified once. Default 168 h; 0 never scrubs; to 87,600.
    /// </summary>
    public double ScrubHours { get; set; } = 168;

    /// <summary><c>SCRUB_RATE</c>: most bytes a second that scrubbing reads, with K, M or G if wanted. Default 50M.</summary>
    public string ScrubRate { get; set; } = "50M";

    /// <summary>
    /// <c>DEMAND_PERIOD</c>: seconds in which requests are counted together, to see what is in demand. Default 60; 1 to 3,600.
    /// The same on all replicas.
    /// </summary>
    public int DemandPeriodSeconds { get; set; } = 60;

    /// <summary><see cref="NegativeSeconds"/> for a <c>Retry-After</c>.</summary>
    public int NegativeRetryAfter => (int)Math.Ceiling(NegativeSeconds);

    /// <summary>Whether <see cref="Stale"/> says that an old version is given up.</summary>
    public bool RefetchesStale => Stale == RefetchStale;

    /// <summary><see cref="ScrubRate"/> in bytes a second.</summary>
    public long ScrubBytesPerSecond => ByteSize.TryParse(ScrubRate, out var bytes) ? bytes : long.MaxValue;

    /// <summary><see cref="Capacity"/> in bytes.</summary>
    public long CapacityBytes => ByteSize.TryParse(Capacity, out var bytes) ? bytes : long.MaxValue;

    /// <summary>How much room the store takes.</summary>
    internal RoomLimits Limits => new(
        CapacityBytes, PullSharePercent / 100, FreeFloor.Length > 0 && ByteSize.TryParse(FreeFloor, out var floor) ? floor : null);

    /// <summary>Reads the settings from their names.</summary>
    internal static void Bind(ReplicaOptions options, IConfiguration configuration)
    {
        options.CacheDir = configuration["CACHE_DIR"] ?? "";
        options.Capacity = configuration["CAPACITY"] ?? "";
        options.PullSharePercent = configuration.GetValue("PULL_SHARE", options.PullSharePercent);
        options.FreeFloor = configuration["FREE_FLOOR"] ?? "";
        options.ReceiveConcurrency = configuration.GetValue("RECEIVE_CONCURRENCY", options.ReceiveConcurrency);
        options.ReceiveStallSeconds = configuration.GetValue("RECEIVE_STALL", options.ReceiveStallSeconds);
        options.IncomingHours = configuration.GetValue("INCOMING_HOURS", options.IncomingHours);
        options.Name = configuration["REPLICA_NAME"] ?? configuration["OTEL_SERVICE_NAME"] ?? options.Name;
        options.PullConcurrency = configuration["services:origin:http:0"] is null && configuration["PULL_CONCURRENCY"] is null
            ? 0 // Nobody has told this replica of an origin.
            : configuration.GetValue("PULL_CONCURRENCY", options.PullConcurrency);
        options.PullsPerSecond = configuration.GetValue("LIMIT_PULLS", options.PullsPerSecond);
        options.NegativeSeconds = configuration.GetValue("NEGATIVE_SECONDS", options.NegativeSeconds);
        options.Stale = configuration["STALE"] ?? options.Stale;
        options.ServedLog = configuration["SERVED_LOG"] ?? "";
        options.ScrubHours = configuration.GetValue("SCRUB_HOURS", options.ScrubHours);
        options.ScrubRate = configuration["SCRUB_RATE"] ?? options.ScrubRate;
        options.DemandPeriodSeconds = configuration.GetValue("DEMAND_PERIOD", options.DemandPeriodSeconds);
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
            ByteSize.TryParse(options.Capacity, out _),
            $"CAPACITY must be a number of bytes, with K, M, G or T if wanted; it is '{options.Capacity}'.");
        errors.RequireRange("PULL_SHARE", options.PullSharePercent, 0, 100);
        errors.Require(
            ByteSize.TryParse(options.FreeFloor, out _),
            $"FREE_FLOOR must be a number of bytes, with K, M, G or T if wanted; it is '{options.FreeFloor}'.");
        errors.RequireRange("RECEIVE_CONCURRENCY", options.ReceiveConcurrency, 1, 1024);
        errors.RequireRange("RECEIVE_STALL", options.ReceiveStallSeconds, 1, 3600);
        errors.RequireRange("INCOMING_HOURS", options.IncomingHours, 0, 8760);
        errors.RequireRange("PULL_CONCURRENCY", options.PullConcurrency, 0, 1024);
        errors.RequireRange("LIMIT_PULLS", options.PullsPerSecond, 0, 10_000);
        errors.RequireRange("NEGATIVE_SECONDS", options.NegativeSeconds, 0, 3600);
        errors.Require(
            options.Stale is ReplicaOptions.ServeStale or ReplicaOptions.RefetchStale, $"STALE must be serve or refetch; it is '{options.Stale}'.");
        errors.RequireRange("SCRUB_HOURS", options.ScrubHours, 0, 87_600);
        errors.RequireRange("DEMAND_PERIOD", options.DemandPeriodSeconds, 1, 3600);
        errors.Require(
            ByteSize.TryParse(options.ScrubRate, out var rate) && rate > 0,
            $"SCRUB_RATE must be a number of bytes a second above 0, with K, M or G if wanted; it is '{options.ScrubRate}'.");
        return errors.ToResult();
    }
}
