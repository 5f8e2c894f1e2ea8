using Cdn.Benchmarks.Attack;
using Cdn.Benchmarks.Cache;
using Cdn.Benchmarks.Commands;
using Cdn.Benchmarks.Delivery;
using Cdn.Benchmarks.Fill;
using Cdn.Benchmarks.Grow;
using Cdn.Benchmarks.Origin;
using Cdn.Benchmarks.Plan;
using Cdn.Benchmarks.Purge;
using Cdn.Benchmarks.Steer;

Command[] commands =
[
    new("delivery", "[--proxied] [--rounds N=5] [--seconds S=3] [--cases a,b] [--subjects x,y] [--json FILE]",
        "The CDN beside other servers: throughput and CPU of serving files over TLS and HTTP/2", DeliveryCommand.RunAsync),
    new("fill", "[--rounds N=3] [--cases a,b] [--json FILE]",
        "From a file in VIDEO_DIR to two proven replicas, beside sha256sum + cp + sync and rsync", FillCommand.RunAsync),
    new("origin", "[--files N=1000000] [--json FILE]",
        "How long the catalog takes to be true: a million files, a burst, a rename, and hashing beside sha256sum", OriginCommand.RunAsync),
    new("steer", "[--rounds N=5] [--json FILE]",
        "What a redirect costs, beside others behind the same nginx; and how evenly the policies spread demand", SteerCommand.RunAsync),
    new("purge", "[--purges N=1000] [--json FILE]",
        "From an operator's purge to the last receipt, with four replicas", PurgeCommand.RunAsync),
    new("attack", "[--seconds S=12] [--cases a,b] [--subjects none,limits] [--json FILE]",
        "What 20 viewers notice while one address attacks the door, with its limits and without", AttackCommand.RunAsync),
    new("attack-client", "--kind NAME --edge ADDRESS [--seconds S=10]",
        "The attacker that 'attack' starts, alone", AttackClientCommand.RunAsync),
    new("grow", "[--most N=1000000] [--charts FOLDER] [--json FILE]",
        "What a change, a start and memory cost with ten thousand videos, and with a hundred times as many", GrowCommand.RunAsync),
    new("plan", "[--json FILE]",
        "What placement costs: a million videos on a thousand replicas, and how that grows", PlanCommand.RunAsync),
    new("cache", "[--json FILE]",
        "Which videos stay when not all can: SIEVE, as the replicas have it, beside LRU and FIFO", CacheCommand.RunAsync),
];

return await CommandLine.RunAsync(commands, args);
