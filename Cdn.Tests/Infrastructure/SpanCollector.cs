using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cdn.Tests.Infrastructure;

/// <summary>A span, as far as the tests look at it.</summary>
/// <param name="Service">Whose it is.</param>
/// <param name="TraceId">32 hex digits.</param>
/// <param name="Name">What was done.</param>
/// <param name="Attributes">What it was about, as text; of a list the first.</param>
public sealed record CollectedSpan(string Service, string TraceId, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>An attribute; null if it has none of this name.</summary>
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);
}

/// <summary>
/// Receives traces over OTLP (HTTP, protobuf). Of the messages it reads only: ExportTraceServiceRequest.resource_spans = 1,
/// ResourceSpans.resource = 1 and .scope_spans = 2, ScopeSpans.spans = 2, Span.trace_id = 1, .name = 5 and .attributes = 9, the
/// resource's attribute <c>service.name</c>, and the span's with nginx's id, a list of one (AnyValue.array_value = 5).
/// </summary>
public sealed class SpanCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<CollectedSpan> _spans = new();
    private readonly WebApplication _app;

    private SpanCollector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            Read(body.ToArray());
        });
        _app.MapPost("/v1/{other}", () => { });
    }

    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public IReadOnlyCollection<CollectedSpan> Spans => _spans;

    public static async Task<SpanCollector> StartAsync()
    {
        var collector = new SpanCollector();
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void Read(byte[] request)
    {
        foreach (var resourceSpans in Fields(request, 1))
        {
            var service = Fields(resourceSpans, 1).SelectMany(resource => Fields(resource, 1))
                .Where(attribute => Text(Fields(attribute, 1)) == "service.name")
                .Select(attribute => Text(Fields(Fields(attribute, 2).Single(), 1))).Single();
            foreach (var span in Fields(resourceSpans, 2).SelectMany(scope => Fields(scope, 2)))
            {
                var traceId = Convert.ToHexStringLower(Fields(span, 1).Single());
                _spans.Enqueue(new CollectedSpan(
                    service, traceId, Text(Fields(span, 5)), Fields(span, 9).ToDictionary(attribute => Text(Fields(attribute, 1)), attribute => Value(Fields(attribute, 2).Single()))));
            }
        }
    }

    /// <summary>A text, a number, or the first of a list.</summary>
    private static string Value(byte[] value) => value.Length == 0 ? "" : (value[0] >> 3) switch
    {
        1 => Text(Fields(value, 1)),
        5 => Value(Fields(Fields(value, 5).Single(), 1)[0]),
        _ => Number(value),
    };

    private static string Number(byte[] value)
    {
        var at = 1;
        return Varint(value, ref at).ToString(CultureInfo.InvariantCulture);
    }

    private static string Text(List<byte[]> fields) => Encoding.UTF8.GetString(fields.Single());

    /// <summary>The length-delimited fields of one number in a protobuf message.</summary>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint(message, ref at);
            switch (key & 7)
            {
                case 0:
                    Varint(message, ref at);
                    break;
                case 1:
                    at += sizeof(long);
                    break;
                case 2:
                    var length = (int)Varint(message, ref at);
                    if ((int)(key >> 3) == number)
                    {
                        found.Add(message[at..(at + length)]);
                    }

                    at += length;
                    break;
                case 5:
                    at += sizeof(int);
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} at {at}.");
            }
        }

        return found;
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
