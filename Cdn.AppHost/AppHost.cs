// The topology of the CDN: an origin, replicas, the controller that steers to them, and nginx as the only door.
// What can be set from outside (VIDEO_DIR, ports, CAPACITY ...) is listed by --help, and in docs/operations.md.

using Cdn.AppHost;
using Cdn.AppHost.Commands;
using Cdn.AppHost.Dashboard;
using Cdn.AppHost.Edge;
using Cdn.AppHost.Running;
using Cdn.AppHost.Settings;
using Cdn.AppHost.Terminal;

if (Arguments.AskForHelp(args))
{
    Help.Print(Console.Out);
    return 0;
}

DashboardAddress.AvoidPortsInUse();
var builder = DistributedApplication.CreateBuilder(
    new DistributedApplicationOptions { Args = args, DisableDashboard = CdnSettings.HasNoDashboard(args) });
var settings = new CdnSettings(builder);
if (!settings.Accept(args, Console.Error))
{
    return 1;
}

builder.AddQuietConsole();
builder.AddParentWatch();
var key = builder.AddKey("cdn-key", "CDN_KEY");
var operatorKey = builder.AddKey("operator-key", "OPERATOR_KEY");
var edgeSecret = builder.AddKey("edge-secret", "EDGE_SECRET");

var origin = builder.AddProject<Projects.Cdn_Origin>("origin")
    .AsCdnService("origin", settings.OriginPort, settings, key)
    .WithEnvironment("VIDEO_DIR", settings.VideoDir)
    .WithEnvironment("STATE_DIR", settings.DataDir("origin"));

var edge = builder.AddEdge("edge", settings).WithClaims(edgeSecret).WithRestart();

// One is enough. Several keep nothing that they cannot read from the others, and one of them may die unnoticed.
var controllers = Enumerable.Range(1, settings.ControllerCount).Select(AddController).ToList();
edge.OpensWhenReady(controllers);

var replicas = new List<IResourceBuilder<ProjectResource>>();
for (var number = 1; number <= settings.ReplicaCount; number++)
{
    AddReplica(number);
}

edge.UseTokens(settings, [.. controllers, .. replicas]);
DashboardExtensions.ShowInDashboard(edge, origin, controllers, replicas);
builder.AddStartReport(edge, controllers[0], operatorKey);
builder.Build().Run();
return 0;

IResourceBuilder<ProjectResource> AddController(int number)
{
    var name = number == 1 ? "controller" : $"controller{number}";
    var socket = settings.Socket(name);
    var controller = builder.AddProject<Projects.Cdn_Controller>(name)
        .AsCdnService("controller", settings.ControllerPort(number), settings, key)
        .WithEnvironment("STATE_DIR", settings.DataDir(name))
        .WithEnvironment("SOCKET", socket)
        .WithEnvironment("OPERATOR_KEY", operatorKey)
        .WithEnvironment("OPERATOR_KEYS", settings.OperatorKeysFile ?? "")
        .WithEnvironment("EDGE_SECRET", edgeSecret)
        .WithReference(origin)
        .WithControllerCommands(operatorKey);
    if (number == 1)
    {
        controller.WithEnvironment("LIMITED_LOG", settings.LimitedLog); // One of them counts who met a limit.
    }

    edge.WithUpstream(controller, "controller", socket);
    return controller;
}

void AddReplica(int number)
{
    var name = $"replica{number}";
    var (socket, store, log) = (settings.Socket(name), settings.CacheDir(number), settings.ServedLog(name));
    var replica = builder.AddProject<Projects.Cdn_Replica>(name)
        .AsCdnService("replica", settings.ReplicaPort(number), settings, key)
        .WithEnvironment("REPLICA_NAME", name)
        .WithEnvironment("CACHE_DIR", store)
        .WithEnvironment("SOCKET", socket)
        .WithEnvironment("SERVED_LOG", log)
        .StopsFirst()
        .WithReference(origin)
        .WithReplicaCommands(key);

    // They push to each other, too: a video leaves the origin once.
    foreach (var other in replicas)
    {
        other.WithReference(replica);
        replica.WithReference(other);
    }

    replicas.Add(replica);
    origin.WithReference(replica);
    foreach (var controller in controllers)
    {
        controller.WithReference(replica); // It does not wait for one: any may be away, or drain.
        if (settings.EdgeSeesStore)
        {
            controller.WithEnvironment($"STORES__{name}", store); // To shut nginx out, if it must not serve from there.
        }
    }

    edge.WithReplica(replica, socket, store: settings.EdgeSeesStore ? store : null, log);
}
