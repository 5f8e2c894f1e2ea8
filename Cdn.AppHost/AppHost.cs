// The topology of the CDN: an origin, replicas, the controller that steers to them, and nginx as the only door.
// What can be set from outside (VIDEO_DIR, ports, CAPACITY ...) is listed in docs/operations.md.

var builder = DistributedApplication.CreateBuilder(args);
var settings = new CdnSettings(builder);

var key = builder.AddParameter("cdn-key", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);
var operatorKey = builder.AddParameter("operator-key", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);

var origin = builder.AddProject<Projects.Cdn_Origin>("origin")
    .WithHttpEndpoint(port: settings.Port("ORIGIN_PORT", 9001))
    .WithEnvironment("VIDEO_DIR", settings.VideoDir)
    .WithEnvironment("STATE_DIR", settings.DataDir("origin"))
    .AsCdnService(key);

var controllerSocket = settings.Socket("controller");
var controller = builder.AddProject<Projects.Cdn_Controller>("controller")
    .WithHttpEndpoint(port: settings.Port("CONTROLLER_PORT", 9004))
    .WithEnvironment("STATE_DIR", settings.DataDir("controller"))
    .WithEnvironment("SOCKET", controllerSocket)
    .WithEnvironment("OPERATOR_KEY", operatorKey)
    .AsCdnService(key)
    .WithReference(origin)
    .WaitFor(origin)
    .WithReplanCommand(operatorKey);

var edge = builder.AddNginx("edge", runDirectory: settings.DataDir("edge"), port: settings.Port("EDGE_PORT", 9005))
    .WithConfiguration("../nginx/nginx.conf")
    .WithCertificates(settings)
    .WithHttp3(settings)
    .WithUpstream(controller, controllerSocket)
    .WaitFor(controller)
    .WithTryLine(settings)
    .WithOperatorLine(operatorKey);

var replicas = new List<IResourceBuilder<ProjectResource>>();
for (var number = 1; number <= settings.ReplicaCount; number++)
{
    AddReplica($"replica{number}", settings.ReplicaPort(number), settings.CacheDir($"CACHE_DIR_{number}", $"replica{number}"));
}

builder.AddPublishing();
builder.Build().Run();

void AddReplica(string name, int? port, string cacheDir)
{
    var socket = settings.Socket(name);
    var log = settings.ServedLog(name);
    var replica = builder.AddProject<Projects.Cdn_Replica>(name)
        .WithHttpEndpoint(port: port)
        .WithEnvironment("REPLICA_NAME", name)
        .WithEnvironment("CACHE_DIR", cacheDir)
        .WithEnvironment("SOCKET", socket)
        .WithEnvironment("SERVED_LOG", log)
        .AsCdnService(key)
        .WithReference(origin)
        .WithPurgeCommand(key)
        .WithDrainCommands(key);

    // They push to each other, too: a video leaves the origin once.
    foreach (var other in replicas)
    {
        other.WithReference(replica);
        replica.WithReference(other);
    }

    replicas.Add(replica);
    origin.WithReference(replica);
    controller.WithReference(replica).WaitFor(replica);
    edge.WithRoute(replica, socket, store: settings.EdgeSeesStore ? cacheDir : null, log);
}
