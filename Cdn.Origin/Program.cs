using Cdn.Contracts;
using Cdn.Origin;
using Cdn.Origin.Catalog;
using Cdn.Origin.Delivery;
using Cdn.Origin.Fill;
using Cdn.ServiceDefaults;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateSlimBuilder(args);
builder.AddServiceDefaults();

builder.Services.AddSingleton<IValidateOptions<OriginOptions>, OriginOptionsValidator>();
builder.Services.AddOptions<OriginOptions>().Configure<IConfiguration>(OriginOptions.Bind).ValidateOnStart();
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default));

builder.Services.AddCatalog();
builder.Services.AddFill();

var app = builder.Build();
app.UseServiceDefaults();
app.MapCatalog();
app.MapFill();
app.MapDelivery();

return await app.RunServiceAsync();
