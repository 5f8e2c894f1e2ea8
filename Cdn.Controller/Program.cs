using Cdn.Contracts;
using Cdn.Controller;
using Cdn.Controller.Catalog;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using Cdn.Controller.Health;
using Cdn.Controller.Steering;
using Cdn.ServiceDefaults;
using Cdn.ServiceDefaults.Settings;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();

builder.Services.AddSettings<ControllerOptions, ControllerOptionsValidator>(ControllerOptions.Bind);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default));

builder.Services.AddCluster();
builder.Services.AddCatalog();
builder.Services.AddReplicaHealth();
builder.Services.AddFill();
builder.Services.AddSteering();

var app = builder.Build();
app.UseServiceDefaults();
app.MapSteering();

return await app.RunServiceAsync();
