using Cdn.Contracts;
using Cdn.Replica;
using Cdn.Replica.Delivery;
using Cdn.Replica.Demand;
using Cdn.Replica.Drain;
using Cdn.Replica.Fill;
using Cdn.Replica.Intake;
using Cdn.Replica.Inventory;
using Cdn.Replica.Pull;
using Cdn.Replica.Purge;
using Cdn.Replica.Push;
using Cdn.Replica.Scrub;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults;
using Cdn.ServiceDefaults.Settings;
using Cdn.ServiceDefaults.Tokens;
using Cdn.Transfer.Push;

var builder = ServiceBuilder.Create(args);

builder.Services.AddSettings<ReplicaOptions, ReplicaOptionsValidator>(ReplicaOptions.Bind);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default));

builder.Services.AddStore();
builder.Services.AddIntake();
builder.Services.AddFill();
builder.Services.AddPushes<HeldVideos>();
builder.Services.AddPull();
builder.Services.AddDelivery();
builder.Services.AddDemand();
builder.Services.AddScrub();
builder.Services.AddDrain();
builder.Services.AddTokens();

var app = builder.Build();
app.UseServiceDefaults();
app.MapInventory();
app.MapPurge();
app.MapFill();
app.MapPushes();
app.MapDelivery();
app.MapRedeemed();
app.MapDemand();
app.MapScrub();
app.MapDrain();

return await app.RunServiceAsync();
