using System.Diagnostics;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Cdn.ServiceDefaults.Telemetry;

/// <summary>OpenTelemetry traces, metrics and logs, exported over OTLP when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
internal static class TelemetryExtensions
{
    /// <summary>Our own activity sources and meters are all named <c>Cdn.*</c>.</summary>
    private const string OwnNames = "Cdn.*";

    /// <summary>
    /// What is read several times a second by the controller or the AppHost. A trace of each would bury the traces that matter;
    /// the requests still count in the HTTP metrics.
    /// </summary>
    private static readonly string[] Polled =
    [
        Routes.Health, Routes.Ready, Routes.Alive, Routes.ListVideos, Routes.Changes, Routes.Purges,
        Routes.Inventory, Routes.Heartbeat, Routes.Demand, Routes.Drain,
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return; // Spans that nobody collects would cost a request as much as those that somebody does.
        }

        builder.Logging.AddOpenTelemetry(logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });

        builder.Services.AddOpenTelemetry()
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(OwnNames))
            .WithTracing(tracing => tracing
                .AddSource(OwnNames)
                .AddAspNetCoreInstrumentation(options =>
                {
                    options.Filter = context => !IsPolled(context.Request.Method, context.Request.Path);
                    options.EnrichWithHttpRequest = Enrich;
                })
                .AddHttpClientInstrumentation(options =>
                    options.FilterHttpRequestMessage = request =>
                        !IsPolled(request.Method.Method, request.RequestUri?.AbsolutePath)))
            .UseOtlpExporter();
    }

    private static void Enrich(Activity span, HttpRequest request)
    {
        if (request.Path.Value is { } path && TokenMask.Concerns(path))
        {
            span.SetTag("url.path", TokenMask.Hide(path));
            span.SetTag("url.query", TokenMask.Hide(request.QueryString.Value ?? ""));
        }

        if (request.Headers[CdnHeaders.RequestId] is { Count: > 0 } id)
        {
            span.SetTag(SpanTags.RequestId, id.ToArray());
        }
    }

    /// <summary>A purge or a drain, which is sent to the same path, is worth a trace.</summary>
    private static bool IsPolled(string method, PathString path) =>
        (HttpMethods.IsGet(method) || HttpMethods.IsHead(method)) && Polled.Contains(path.Value);
}
