using System.Text;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Health;
using Cdn.ServiceDefaults.Http;
using Cdn.ServiceDefaults.Requests;
using Cdn.ServiceDefaults.SharedKey;
using Cdn.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults;

/// <summary>What every service of the CDN starts with.</summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>Where container runtimes put secrets, a file each, named as the setting that it is: <c>CDN_KEY</c>.</summary>
    private const string SecretsFolder = "/run/secrets";

    /// <summary>Adds telemetry, health checks, service discovery, the shared key and problem details.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Configuration.AddKeyPerFile(SecretsFolder, optional: true);
        builder.AddNumberedReplicas();
        builder.AddQuietLogging();
        builder.AddTelemetry();
        builder.AddDefaultHealthChecks();
        builder.AddSharedKey();
        builder.AddProblems();
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            // What a body lacks is said, and does not become a null: the source-generated types alone do not see to that here.
            json.SerializerOptions.RespectNullableAnnotations = true;
            json.SerializerOptions.RespectRequiredConstructorParameters = true;
        });
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddServiceDiscovery();
        builder.Services.ConfigureHttpClientDefaults(http => http.AddServiceDiscovery().ConfigureInternalConnections());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A field is bytes (RFC 9110 section 5.5): none is refused for them.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
        });
        builder.AddUnixSocket();
        return builder;
    }

    /// <summary>Maps <c>/health</c> and <c>/alive</c>, and answers every error with problem details.</summary>
    public static WebApplication UseServiceDefaults(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseProblems();
        app.UseAuthorization();
        app.MapHealthEndpoints();
        return app;
    }

    /// <summary>
    /// Runs the service. An operator's mistake (a bad or missing setting, an address in use) is explained in one line each
    /// on standard error and ends the process with code 1; anything else that is not handled crashes it with its stack.
    /// </summary>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        try
        {
            // Before anything is built from the settings: then all errors come together, not those of the first user alone.
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            app.OpenUnixSocketToAll();
            await app.RunAsync();
            return 0;
        }
        catch (OptionsValidationException e)
        {
            return Explain(e.Failures);
        }
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return Explain(e.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures));
        }
        catch (InvalidOperationException e) when (e.InnerException is FormatException or ArgumentException)
        {
            return Explain([e.Message]); // A setting that is no number: the binder names its key.
        }
        catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return 0; // Stopped while it started.
        }
        catch (OperatorException e)
        {
            return Explain([e.Message]);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            return Explain([e.Message]);
        }

        static int Explain(IEnumerable<string> errors)
        {
            foreach (var error in errors)
            {
                Console.Error.WriteLine($"error: {error}");
            }

            return 1;
        }
    }

    /// <summary>One line per log entry and no chatter of the framework, unless the configuration says otherwise.</summary>
    private static void AddQuietLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource
        {
            InitialData =
            [
                new("Logging:LogLevel:Default", "Information"),
                new("Logging:LogLevel:Microsoft", "Warning"),
                new("Logging:LogLevel:System", "Warning"),

                // What is wrong with the health of a service is what /health answers.
                new("Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks", "None"),

                // What keeps a service from starting is explained in RunServiceAsync, once and without a stack.
                new("Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host", "Critical"),
                new("Logging:LogLevel:Polly", "None"), // Who asked says what came of it.
            ],
        });
    }
}
