// The topology of the CDN: one origin, two replicas that are filled from it, and the controller that steers between them.
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);

// One key for all: whoever has it may push, fill and purge.
var key = builder.AddParameter("cdn-key", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);

var origin = builder.AddProject<Projects.Cdn_Origin>("origin")
    .WithHttpEndpoint(port: Port("ORIGIN_PORT", 9001))
    .WithEnvironment("CDN_KEY", key)
    .WithHttpHealthCheck("/health");

var replica1 = builder.AddProject<Projects.Cdn_Replica>("replica1")
    .WithHttpEndpoint(port: Port("REPLICA_PORT_1", 9002))
    .WithEnvironment("CDN_KEY", key)
    .WithReference(origin)
    .WithHttpHealthCheck("/health")
    .WaitFor(origin);

var replica2 = builder.AddProject<Projects.Cdn_Replica>("replica2")
    .WithHttpEndpoint(port: Port("REPLICA_PORT_2", 9003))
    .WithEnvironment("CDN_KEY", key)
    .WithReference(origin)
    .WithHttpHealthCheck("/health")
    .WaitFor(origin);

builder.AddProject<Projects.Cdn_Controller>("controller")
    .WithHttpEndpoint(port: Port("CONTROLLER_PORT", 9004))
    .WithExternalHttpEndpoints()
    .WithEnvironment("CDN_KEY", key)
    .WithReference(origin)
    .WithReference(replica1)
    .WithReference(replica2)
    .WithHttpHealthCheck("/health")
    .WaitFor(origin)
    .WaitFor(replica1)
    .WaitFor(replica2);

builder.Build().Run();

int Port(string variable, int usual) => builder.Configuration.GetValue(variable, usual);
