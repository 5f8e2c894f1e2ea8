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
    .AsCdnService(key)
    .RunsBuiltProgram();

var edge = builder.AddNginx("edge", runDirectory: settings.DataDir("edge"), port: settings.Port("EDGE_PORT", 9005))
    .WithConfiguration("../nginx/nginx.conf")
    .WithCertificates(settings)
    .WithHttp3(settings)
    .WithTryLine(settings)
    .WithOperatorLine(operatorKey);

// One is enough. Several keep nothing that they cannot read from the others, and one of them may die unnoticed.
var controllers = Enumerable.Range(1, settings.ControllerCount).Select(AddController).ToList();

var replicas = new List<IResourceBuilder<ProjectResource>>();
for (var number = 1; number <= settings.ReplicaCount; number++)
{
    AddReplica($"replica{number}", settings.ReplicaPort(number), settings.CacheDir($"CACHE_DIR_{number}", $"replica{number}"));
}

builder.Build().Run();

IResourceBuilder<ProjectResource> AddController(int number)
{
    var name = number == 1 ? "controller" : $"controller{number}";
    var socket = settings.Socket(name);
    var controller = builder.AddProject<Projects.Cdn_Controller>(name)
        .WithHttpEndpoint(port: settings.ControllerPort(number))
        .WithEnvironment("STATE_DIR", settings.DataDir(name))
        .WithEnvironment("SOCKET", socket)
        .WithEnvironment("OPERATOR_KEY", operatorKey)
        .AsCdnService(key)
        .RunsBuiltProgram()
        .WithReference(origin)
        .WaitFor(origin)
        .WithReplanCommand(operatorKey);
    edge.WithUpstream(controller, socket, name: "controller").WaitFor(controller);
    return controller;
}

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
        .RunsBuiltProgram()
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
    controllers.ForEach(controller => controller.WithReference(replica).WaitFor(replica));
    edge.WithRoute(replica, socket, store: settings.EdgeSeesStore ? cacheDir : null, log);
}
