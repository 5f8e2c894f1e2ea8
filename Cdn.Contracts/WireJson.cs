using System.Text.Json.Serialization;

namespace Cdn.Contracts;

/// <summary>Source-generated JSON of the wire.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(Catalog))]
[JsonSerializable(typeof(CatalogVideo))]
[JsonSerializable(typeof(DemandReport))]
[JsonSerializable(typeof(DrainAnswer))]
[JsonSerializable(typeof(DropManyAnswer))]
[JsonSerializable(typeof(DropManyRequest))]
[JsonSerializable(typeof(FolderReport))]
[JsonSerializable(typeof(HeldVideo))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(InventoryPage))]
[JsonSerializable(typeof(IsCachedAnswer))]
[JsonSerializable(typeof(BlockList))]
[JsonSerializable(typeof(OriginChanges))]
[JsonSerializable(typeof(PushManyRequest))]
[JsonSerializable(typeof(PushManyResult))]
[JsonSerializable(typeof(ReceiveManyAnswer))]
[JsonSerializable(typeof(PurgeAnswer))]
[JsonSerializable(typeof(PurgeLog))]
[JsonSerializable(typeof(PurgeMark))]
[JsonSerializable(typeof(PurgeRequest))]
[JsonSerializable(typeof(PurgeSelector))]
[JsonSerializable(typeof(PushRequest))]
[JsonSerializable(typeof(PushResult))]
[JsonSerializable(typeof(RunningPushes))]
[JsonSerializable(typeof(VerifyAnswer))]
[JsonSerializable(typeof(VideoDoubt))]
public sealed partial class WireJson : JsonSerializerContext;
