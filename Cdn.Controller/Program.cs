using Cdn.Contracts;
using Cdn.Controller;
using Cdn.Controller.Api;
using Cdn.Controller.Catalog;
using Cdn.Controller.Cluster;
using Cdn.Controller.Demand;
using Cdn.Controller.Door;
using Cdn.Controller.Fill;
using Cdn.Controller.Health;
using Cdn.Controller.Limiting;
using Cdn.Controller.Placement;
using Cdn.Controller.Purge;
using Cdn.Controller.State;
using Cdn.Controller.Steering;
using Cdn.Controller.Tokens;
using Cdn.Controller.Trust;
using Cdn.ServiceDefaults;
using Cdn.ServiceDefaults.Settings;
using Cdn.ServiceDefaults.Tokens;

var builder = ServiceBuilder.Create(args);

builder.Services.AddSettings<ControllerOptions, ControllerOptionsValidator>(ControllerOptions.Bind);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default));

builder.Services.AddCluster();
builder.Services.AddHostedService<RememberedState>();
builder.Services.AddCatalog();
builder.Services.AddReplicaHealth();
builder.Services.AddDemand();
builder.Services.AddHostedService<PlacementService>();
builder.Services.AddFill();
builder.Services.AddPurges();
builder.Services.AddDoors();
builder.Services.AddSingleton<EdgeClaims>();
builder.Services.AddTokens();
builder.Services.AddRevocations();
builder.Services.AddSteering();
builder.Services.AddApi();
builder.Services.AddLimits();

var app = builder.Build();
app.UseLimits();
app.UseServiceDefaults();
app.MapSteering();
app.MapSummary();
app.MapApi();

return await app.RunServiceAsync();
