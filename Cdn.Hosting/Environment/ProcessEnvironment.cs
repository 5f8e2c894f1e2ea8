using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Cdn.Hosting;

/// <summary>
/// The environment of a process: the AppHost's own without what concerns only the AppHost, then what every process (or every
/// .NET project) is given, then what the AppHost asks for, which wins.
/// </summary>
internal sealed class ProcessEnvironment(DistributedApplicationExecutionContext executionContext, OtlpEnvironment otlp)
{
    // A service must not listen where the AppHost was told to, nor take its environment: Production is what a service is in
    // unless it is told otherwise.
    private static readonly HashSet<string> NotInherited = new(StringComparer.OrdinalIgnoreCase)
    {
        "ASPNETCORE_URLS", "DOTNET_LAUNCH_PROFILE", "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPIRE_LOGLEVEL",
    };

    public async Task<ProcessVariables> CreateAsync(IResource resource, ILogger logger, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, object>();
        AddEndpoints(resource, variables);
        otlp.Add(resource, variables);
        if (resource is ProjectResource)
        {
            // The simple formatter, one line for one message after the other; colours are taken out again where nobody sees them.
            variables["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
            variables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
        }

        var context = new EnvironmentCallbackContext(executionContext, resource, variables, logger, cancellationToken);
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
        {
            await annotation.Callback(context).ConfigureAwait(false);
        }

        var environment = Inherited();
        var shown = ImmutableArray.CreateBuilder<EnvironmentVariableSnapshot>(variables.Count);
        foreach (var (name, value) in variables)
        {
            var text = await ValueResolver.ResolveAsync(value, cancellationToken).ConfigureAwait(false);
            environment[name] = text;
            shown.Add(new EnvironmentVariableSnapshot(name, Secret.Is(value) ? Secret.Mask : text, IsFromSpec: true));
        }

        return new ProcessVariables(environment, shown.MoveToImmutable());
    }

    private static Dictionary<string, string> Inherited() => System.Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .Where(v => !NotInherited.Contains((string)v.Key))
        .ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? "");

    private static void AddEndpoints(IResource resource, Dictionary<string, object> variables)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        foreach (var endpoint in endpoints.Where(e => e.PortVariable is not null && e.AllocatedEndpoint is not null))
        {
            variables[endpoint.PortVariable!] = endpoint.AllocatedEndpoint!.Port.ToString(CultureInfo.InvariantCulture);
        }

        var web = endpoints.Where(e => e.UriScheme is "http" or "https" && e.AllocatedEndpoint is not null).ToList();
        if (resource is not ProjectResource || web.Count == 0)
        {
            return;
        }

        variables["ASPNETCORE_URLS"] = string.Join(';', web.Select(e => $"{e.UriScheme}://{e.TargetHost}:{e.AllocatedEndpoint!.Port}"));
        if (web.FirstOrDefault(e => e.UriScheme == "https") is { } https)
        {
            variables["ASPNETCORE_HTTPS_PORT"] = https.AllocatedEndpoint!.Port.ToString(CultureInfo.InvariantCulture);
        }
    }
}

/// <summary>The environment of a process.</summary>
/// <param name="All">What the process is given.</param>
/// <param name="Shown">What is told of it: neither what is inherited nor a secret.</param>
internal sealed record ProcessVariables(Dictionary<string, string> All, ImmutableArray<EnvironmentVariableSnapshot> Shown);
