using System.Text.Json.Serialization;

namespace Cdn.Contracts;

/// <summary>Source-generated JSON of the wire.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Catalog))]
[JsonSerializable(typeof(HeldVideo))]
[JsonSerializable(typeof(Inventory))]
[JsonSerializable(typeof(IsCachedAnswer))]
[JsonSerializable(typeof(PushRequest))]
[JsonSerializable(typeof(PushResult))]
public sealed partial class WireJson : JsonSerializerContext;
