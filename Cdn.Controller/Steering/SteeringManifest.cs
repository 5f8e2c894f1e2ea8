using System.Text.Json.Serialization;

namespace Cdn.Controller.Steering;

/// <summary>What a player is told that speaks HLS content steering.</summary>
/// <param name="Version">1.</param>
/// <param name="Ttl">Seconds until it asks again.</param>
/// <param name="ReloadUri">Where it asks.</param>
/// <param name="PathwayPriority">Pathways, the best first; a playlist's <c>PATHWAY-ID</c>s are the replicas' names.</param>
internal sealed record SteeringManifest(
    [property: JsonPropertyName("VERSION")] int Version,
    [property: JsonPropertyName("TTL")] int Ttl,
    [property: JsonPropertyName("RELOAD-URI")] string ReloadUri,
    [property: JsonPropertyName("PATHWAY-PRIORITY")] IReadOnlyList<string> PathwayPriority);

/// <summary>JSON of content steering.</summary>
[JsonSerializable(typeof(SteeringManifest))]
internal sealed partial class SteeringJson : JsonSerializerContext;
