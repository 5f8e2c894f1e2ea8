using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Hosting;

/// <summary>The Aspire dashboard, which the Aspire CLI brings; not shown unless something is wrong with it.</summary>
internal sealed class DashboardResource(string command, string workingDirectory)
    : ExecutableResource("aspire-dashboard", command, workingDirectory)
{
    /// <summary>Where people look for it; another one when it is taken.</summary>
    private const int UsualPort = 18888;

    /// <summary>Configuration key of the CLI's path, for those who do not have it on PATH.</summary>
    public const string CliPathKey = "ASPIRE_CLI_PATH";

    public EndpointReference Frontend => new(this, "http");

    public EndpointReference OtlpGrpc => new(this, "otlp-grpc");

    public EndpointReference OtlpHttp => new(this, "otlp-http");

    /// <summary>Adds it if the CLI is installed.</summary>
    public static void AddIfInstalled(IDistributedApplicationBuilder builder)
    {
        var cli = CommandPath.Find(builder.Configuration[CliPathKey] ?? "aspire", builder.AppHostDirectory);
        if (cli is null)
        {
            return;
        }

        var dashboard = new DashboardResource(cli, builder.AppHostDirectory);
        builder.AddResource(dashboard)
            .WithAnnotation<HiddenAnnotation>()
            .WithHttpEndpoint(PortAllocator.IsFree(UsualPort, allAddresses: false) ? UsualPort : null)
            .WithHttpEndpoint(name: "otlp-grpc")
            .WithHttpEndpoint(name: "otlp-http")
            .WithHttpHealthCheck("/")
            .WithArgs("dashboard", "run", "--allow-anonymous", "--frontend-url", dashboard.Frontend)
            .WithArgs("--otlp-grpc-url", dashboard.OtlpGrpc, "--otlp-http-url", dashboard.OtlpHttp)
            .WithEnvironment(context => AddResourceServer(context.EnvironmentVariables, context.ExecutionContext.Services))
            .WithEnvironment("ASPIRE_CLI_TELEMETRY_OPTOUT", "true")
            .WithEnvironment("DOTNET_NOLOGO", "true");
    }

    private static void AddResourceServer(Dictionary<string, object> variables, IServiceProvider services)
    {
        var server = services.GetRequiredService<ResourceServer>();
        variables["ASPIRE_RESOURCE_SERVICE_ENDPOINT_URL"] = server.Url ?? "";
        variables["Dashboard__ResourceServiceClient__AuthMode"] = "ApiKey";
        variables["Dashboard__ResourceServiceClient__ApiKey"] = new ParameterResource("dashboard-key", _ => server.Key, secret: true);
    }
}
