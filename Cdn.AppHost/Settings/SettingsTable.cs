namespace Cdn.AppHost.Settings;

/// <summary>
/// Everything that can be set from outside. <c>docs/operations.md</c> has the same names, with more words; tests compare.
/// </summary>
internal static class SettingsTable
{
    /// <summary>Most replicas on one machine: 32, each a process with a store of its own. More are Kubernetes' job.</summary>
    public const int MostReplicas = 32;

    /// <summary>Most controllers: 4. More than two only serve to be sure.</summary>
    public const int MostControllers = 4;

    private const string Origin = "origin";
    private const string Replica = "replica";
    private const string Controller = "controller";

    /// <summary>Slowest rate of pushes, as the services have it: 1 MiB a second.</summary>
    private const long SlowestPush = 1024 * 1024;

    /// <summary>Most requests that can be asked for as a limit: a million, more than one nginx answers in a second.</summary>
    private const int MostRequests = 1_000_000;

    /// <summary>Largest send buffer: 1 GiB, which is more than any kernel grants.</summary>
    private const long LargestSendBuffer = 1024 * 1024 * 1024;

    /// <summary>What the AppHost obeys.</summary>
    public static IReadOnlyList<Setting> OfTheAppHost { get; } =
    [
        new("VIDEO_DIR", SettingKind.Path, "videos/", "the videos, with everything below"),
        new("DATA_DIR", SettingKind.Path, "data/", "what the CDN keeps: the origin's state, the replicas' stores, nginx's files"),
        new("REPLICA_COUNT", SettingKind.Count(1, MostReplicas), "2", "replicas"),
        new("CONTROLLER_COUNT", SettingKind.Count(1, MostControllers), "1", "controllers behind one nginx"),
        new("CACHE_DIR_{n}", SettingKind.Path, "in DATA_DIR", "the store of a replica"),
        new("EDGE_PORT", SettingKind.Port, "9005", "nginx, on all interfaces"),
        new("ORIGIN_PORT", SettingKind.Port, "9001", "the origin, on localhost only"),
        new("REPLICA_PORT_{n}", SettingKind.Port, "9002, 9003, free ones", "a replica, on localhost only"),
        new("CONTROLLER_PORT", SettingKind.Port, "9004", "the first controller, on localhost only"),
        new("EDGE_CERT", SettingKind.Path, "nginx/certs/tls.crt", "nginx's certificate (PEM); together with EDGE_KEY"),
        new("EDGE_KEY", SettingKind.Path, "nginx/certs/tls.key", "its private key (PEM)"),
        new("TLS_PROFILE", SettingKind.OneOf("intermediate", "modern"), "intermediate", "which clients nginx speaks TLS with"),
        new("EDGE", SettingKind.OneOf("process", "container"), "process if nginx is installed", "what nginx runs as"),
        new("EDGE_SEES_STORE", SettingKind.Switch, "true", "whether nginx reads the replicas' stores itself"),
        new("HTTP3", SettingKind.Switch, "false", "whether nginx speaks HTTP/3, too, if it can"),
        new("NGINX", SettingKind.Path, "nginx", "nginx's program, if it is a process"),
        new("LIMIT_CONNECTIONS", SettingKind.Count(0, MostRequests), "80", "requests under way of one address; 0 for no limit"),
        new(
            "LIMIT_REQUESTS",
            SettingKind.Count(0, MostRequests),
            "200",
            "requests a second of one address, five times as many at once; 0 for no limit"),
        new("LIMIT_RATE", SettingKind.Bytes(0, "0"), "128M", "bytes a second of one request; 0 for no limit"),
        new(
            "LIMIT_STREAMS",
            SettingKind.Count(0, 1024),
            "32",
            "requests under way on one HTTP/2 connection; 0 for nginx's own limit"),
        new(
            "LIMIT_CONNECTION_REQUESTS",
            SettingKind.Count(0, MostRequests),
            "1000",
            "requests after which a connection is closed; 0 for no limit"),
        new(
            "LIMIT_PAUSE",
            SettingKind.Count(0, 86_400),
            "300",
            "seconds in which a client has to take something; 0 for no limit"),
        new(
            "LIMIT_SEND_BUFFER",
            SettingKind.BytesTo(LargestSendBuffer, "1G"),
            "1M",
            "bytes that the kernel holds for a connection; 0 for no limit"),
        new("LIMIT_TOTAL", SettingKind.Count(0, MostRequests), "4096", "requests under way of all addresses; 0 for no limit"),
        new("LIMIT_WORKER_CONNECTIONS", SettingKind.Count(256, 100_000), "8192", "connections of one of nginx's workers"),
        new("LIMIT_EXEMPT", SettingKind.Networks, "none", "addresses whose requests are not counted"),
        new("DASHBOARD", SettingKind.OneOf("on", "off"), "on", "whether Aspire's dashboard is started, too"),
        new("TOKENS", SettingKind.Names, "off", "which videos need a token: off, required, or patterns of names"),
        new(
            "TOKEN_KEYS",
            SettingKind.Path,
            "needed by TOKENS",
            "the file of the keys that tokens are signed with (a JSON Web Key Set)"),
        new("TICKET_KEYS", SettingKind.TicketKeys, "made up, and kept in DATA_DIR", "the secrets of tickets, the newest first")
        {
            IsSecret = true,
        },
        new("CDN_KEY", SettingKind.Key, "made up per run", "the key between the services") { IsSecret = true },
        new("OPERATOR_KEY", SettingKind.Key, "made up per run, and said", "the key to the operator's API") { IsSecret = true },
        new("OPERATOR_KEYS", SettingKind.Path, "none", "a file with more operators' keys: name, role (read, operate), key"),
        new("EDGE_SECRET", SettingKind.Secret, "made up per run", "what nginx proves itself with to the controllers")
        {
            IsSecret = true,
        },
    ];

    /// <summary>What is handed on to the services.</summary>
    public static IReadOnlyList<Setting> OfTheServices { get; } =
    [
        Of(Origin, "STABLE_FOR", SettingKind.Number(0, 3600), "1", "seconds that a file must be left alone"),
        Of(Origin, "RESCAN", SettingKind.Number(0.1, 86_400), "2", "seconds between scans when no change is reported"),
        Of(Origin, "LINKS", SettingKind.OneOf("inside", "never", "anywhere"), "inside", "which symbolic links in VIDEO_DIR are followed"),
        Of(Origin, "HASH_CONCURRENCY", SettingKind.Count(1, 64), "half the cores", "files hashed at a time"),
        OfSenders("PUSH_CONCURRENCY", SettingKind.Count(1, 1024), "16", "pushes sent at a time"),
        OfSenders("PUSH_QUEUE", SettingKind.Count(0, 65_536), "1024", "pushes that may wait"),
        OfSenders("PUSH_RATE", SettingKind.Bytes(SlowestPush, "1M"), "no limit", "bytes a second of all pushes of a service"),
        OfSenders("PUSH_STALL", SettingKind.Number(1, 3600), "30", "seconds without progress after which a push is given up"),
        Of(Replica, "CAPACITY", SettingKind.Bytes(0, "0"), "no limit", "most bytes of a replica's store"),
        Of(Replica, "PULL_SHARE", SettingKind.Number(0, 100), "10", "per cent of the disk for what is only pulled, without CAPACITY"),
        Of(Replica, "FREE_FLOOR", SettingKind.Bytes(0, "0"), "2 % of the disk, at most 1G", "bytes of a replica's disk that stay free"),
        Of(Replica, "RECEIVE_CONCURRENCY", SettingKind.Count(1, 1024), "16", "pushes received at a time"),
        Of(Replica, "RECEIVE_STALL", SettingKind.Number(1, 3600), "10", "seconds without a byte after which a push is given up"),
        Of(Replica, "INCOMING_HOURS", SettingKind.Number(0, 8760), "24", "hours that an unfinished push is kept"),
        Of(Replica, "PULL_CONCURRENCY", SettingKind.Count(0, 1024), "16", "videos pulled from the origin at a time"),
        Of(Replica, "NEGATIVE_SECONDS", SettingKind.Number(0, 3600), "3", "seconds that the origin is not asked again for what failed"),
        Of(
            Replica,
            "LIMIT_PULLS",
            SettingKind.Number(0, 10_000),
            "10",
            "videos a second that one address may have pulled, thirty times as many at once"),
        Of(Replica, "STALE", SettingKind.OneOf("serve", "refetch"), "serve", "what happens to the old version while a new one is pushed"),
        Of(Replica, "SCRUB_HOURS", SettingKind.Number(0, 87_600), "168", "hours in which every object is verified once"),
        Of(Replica, "SCRUB_RATE", SettingKind.Bytes(1, "1"), "50M", "most bytes a second that scrubbing reads"),
        Of(Replica, "DEMAND_PERIOD", SettingKind.Count(1, 3600), "60", "seconds in which requests are counted together"),
        Of(Controller, "COPIES", SettingKind.CountOrAll(1, 1000), "all", "on how many replicas each video is held"),
        Of(Controller, "COPIES_MAX", SettingKind.CountOrAll(1, 1000), "all", "most copies of a video that is in demand"),
        Of(Controller, "PLACEMENT_SLACK", SettingKind.Number(0.01, 10), "0.25", "how far a replica may be above its share of bytes"),
        Of(Controller, "REPLACE_AFTER", SettingKind.Number(0, 604_800), "600", "seconds that a replica may be away before others stand in"),
        Of(Controller, "STEERING", SettingKind.OneOf("round-robin", "least-outstanding", "consistent-hash"), "round-robin", "who gets a request"),
        Of(Controller, "STEERING_TTL", SettingKind.Count(1, 3600), "10", "seconds until a content steering player asks again"),
        Of(Controller, "CATALOG_POLL", SettingKind.Number(0.05, 3600), "0.5", "seconds until the origin is asked again after it could not be"),
        Of(Controller, "PROBE", SettingKind.Number(0.05, 60), "0.5", "seconds between heartbeats of a replica"),
        Of(Controller, "PROBE_TIMEOUT", SettingKind.Number(0.05, 60), "0.75", "seconds that a replica has to answer one"),
        Of(Controller, "FILL_PER_REPLICA", SettingKind.Count(1, 64), "4", "pushes to one replica at a time"),
        Of(Controller, "FILL_TOTAL", SettingKind.Count(1, 1024), "16", "pushes to all replicas at a time"),
        Of(Controller, "FILL_RETRY_MAX", SettingKind.Number(1, 3600), "30", "longest wait in seconds before a failed push is tried again"),
        Of(
            Controller,
            "LIMIT_WRONG_KEYS",
            SettingKind.Count(0, 10_000),
            "10",
            "wrong operator's keys a minute of one address; 0 for no limit"),
        Of(Controller, "PURGE_GRACE", SettingKind.Number(1, 86_400), "30", "seconds that nginx serves on from a silent replica's store while a purge waits"),
    ];

    /// <summary>The setting of a name; null if there is none.</summary>
    public static Setting? Find(string name) =>
        OfTheAppHost.Concat(OfTheServices).FirstOrDefault(setting => setting.IsNamed(name));

    private static Setting Of(string service, string name, SettingKind kind, string otherwise, string meaning) =>
        new(name, kind, otherwise, meaning) { Services = [service] };

    private static Setting OfSenders(string name, SettingKind kind, string otherwise, string meaning) =>
        new(name, kind, otherwise, meaning) { Services = [Origin, Replica] };
}
