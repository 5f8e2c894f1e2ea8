using System.Text.Json.Serialization;
using Cdn.Contracts;
using Cdn.Controller.Audit;
using Cdn.Controller.Operators;
using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;

namespace Cdn.Controller.Api;

/// <summary>
/// The operator's API: everything under <c>/api/</c>, behind the operator's key, described by <c>/api/openapi.json</c>.
/// </summary>
internal static class ApiExtensions
{
    /// <summary>Where the API is described (OpenAPI).</summary>
    public const string Description = Prefix + "/openapi.json";

    private const string Prefix = "/api";

    public static void AddApi(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, TokenApiJson.Default);
            json.SerializerOptions.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        });
        services.AddProbeClient(ReplicaEndpoints.ClientName)
            .ConfigureHttpClient(client => client.Timeout = ReplicaEndpoints.Patience)
            .AddSharedKey();
        services.AddProbeClient(OriginEndpoints.ClientName)
            .ConfigureHttpClient(client => client.Timeout = OriginEndpoints.Patience)
            .AddSharedKey();
        services.AddProbeClient(FillEndpoints.ClientName)
            .ConfigureHttpClient(client => client.Timeout = FillEndpoints.Patience)
            .AddSharedKey();
        services.AddOperators();
        services.AddOpenApi(options =>
        {
            options.ShouldInclude = description => description.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
            options.AddSchemaTransformer((schema, context, _) =>
            {
                if (context.JsonTypeInfo.Type == typeof(VideoName) || context.JsonTypeInfo.Type == typeof(Sha256Digest))
                {
                    schema.Type = JsonSchemaType.String; // Both have converters of their own, which say nothing of a schema.
                }

                return Task.CompletedTask;
            });
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info = new OpenApiInfo { Title = "Operator's API of the CDN", Version = "1" };
                document.Servers = [];
                return Task.CompletedTask;
            });
        });
    }

    /// <summary>
    /// Maps it behind the operator's key. Without one the API is not there. Its description is for everybody, like its source.
    /// </summary>
    public static void MapApi(this WebApplication app)
    {
        if (string.IsNullOrEmpty(app.Configuration["OPERATOR_KEY"]) && string.IsNullOrEmpty(app.Configuration["OPERATOR_KEYS"]))
        {
            app.Map(Prefix + "/{**path}", () => TypedResults.Problem(
                statusCode: StatusCodes.Status404NotFound,
                detail: "The operator's API is off: neither OPERATOR_KEY nor OPERATOR_KEYS is set."));
            return;
        }

        var api = app.MapGroup(Prefix).RequireAuthorization(OperatorPolicies.Read);
        ((IEndpointConventionBuilder)api).Add(GuardChange);
        api.MapStatus();
        api.MapEvents();
        api.MapOrigin();
        api.MapReplicas();
        api.MapFill();
        api.MapPurges();
        api.MapAudit();
        api.MapTokens();
        app.MapOpenApi(Description);
    }

    /// <summary>
    /// What is not only looked at needs the role for it, and is recorded: whichever endpoint it is, nobody has to think of it.
    /// </summary>
    private static void GuardChange(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<IHttpMethodMetadata>().Any(method => method.HttpMethods.All(HttpMethods.IsGet)))
        {
            return;
        }

        endpoint.Metadata.Add(new AuthorizeAttribute(OperatorPolicies.Operate));
        endpoint.FilterFactories.Add((handler, next) =>
        {
            var filter = handler.ApplicationServices.GetRequiredService<AuditFilter>();
            return context => filter.InvokeAsync(context, next);
        });
    }
}
