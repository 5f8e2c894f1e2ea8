using Cdn.Contracts;
using Cdn.Origin;
using Cdn.Origin.Catalog;
using Cdn.Origin.Delivery;
using Cdn.Origin.Fill;
using Cdn.Origin.Purge;
using Cdn.ServiceDefaults;
using Cdn.Transfer.Push;
using Cdn.ServiceDefaults.Settings;

var builder = ServiceBuilder.Create(args);

builder.Services.AddSettings<OriginOptions, OriginOptionsValidator>(OriginOptions.Bind);
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default));

builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = OriginOptions.StopWithin);
builder.Services.AddPurges();
builder.Services.AddCatalog();
builder.Services.AddPushes<PublishedFiles>();

var app = builder.Build();
app.UseServiceDefaults();
app.MapCatalog();
app.MapPurges();
app.MapChanges();
app.MapPushes();
app.MapDelivery();

return await app.RunServiceAsync();
