using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Purge;

namespace Cdn.Controller.Api;

/// <summary>The CDN at a glance.</summary>
/// <param name="Epoch">Grows with every change of what is known.</param>
/// <param name="Healthy">Every configured replica holds what the plan gives it.</param>
/// <param name="Summary">The same as a sentence, with what is missing.</param>
/// <param name="Catalog">The origin's catalog; absent until it was read.</param>
/// <param name="Progress">How far the filling of all replicas is; absent while it is not known what belongs where.</param>
/// <param name="Replicas">All configured replicas.</param>
/// <param name="Purges">Purges that not every replica has confirmed.</param>
/// <param name="Unplaced">Videos that have fewer copies than are wanted; absent where every replica holds everything.</param>
internal sealed record StatusAnswer(
    long Epoch,
    bool Healthy,
    string Summary,
    CatalogAnswer? Catalog,
    ClusterProgress? Progress,
    ImmutableArray<ReplicaAnswer> Replicas,
    PurgesAnswer Purges,
    UnplacedAnswer? Unplaced);

/// <summary>What has no place, for lack of replicas or of room.</summary>
/// <param name="Videos">Videos that have fewer copies than are wanted.</param>
/// <param name="Bytes">Bytes of the copies that they lack.</param>
internal sealed record UnplacedAnswer(int Videos, long Bytes);

/// <summary>The origin's catalog.</summary>
/// <param name="Revision">Its revision.</param>
/// <param name="Videos">How many videos.</param>
/// <param name="Bytes">How many bytes they have.</param>
/// <param name="OriginAway">Why the origin cannot be asked; absent while it can.</param>
internal sealed record CatalogAnswer(long Revision, int Videos, long Bytes, string? OriginAway);

/// <summary>One replica.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Up, suspect (it failed somebody, and gets clients only if nobody else can serve) or down.</param>
/// <param name="Draining">It gets no new clients as long as somebody else can serve.</param>
/// <param name="Proven">Videos of those planned that it is proven to hold in their current version.</param>
/// <param name="Planned">Videos that it is to hold.</param>
/// <param name="Held">All videos that it holds.</param>
/// <param name="Bytes">How many bytes they have.</param>
/// <param name="PurgedThrough">The last purge that it has confirmed.</param>
/// <param name="Reason">Why it is not up.</param>
internal sealed record ReplicaAnswer(
    string Name, ReplicaState State, bool Draining, int Proven, int Planned, int Held, long Bytes, long PurgedThrough, string? Reason);

/// <summary>Purges that not every replica has confirmed.</summary>
internal sealed record PurgesAnswer(long Last, ImmutableArray<Contracts.Purge> Open);

/// <summary>One video of the catalog.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Digest of the current version.</param>
/// <param name="ContentType">Media type.</param>
/// <param name="LastModified">The origin's modification time.</param>
/// <param name="Requests">How often it was asked for in the last period of demand.</param>
/// <param name="BelongsOn">Replicas that are to hold it.</param>
/// <param name="HeldBy">Replicas that are proven to hold this version.</param>
internal sealed record VideoAnswer(
    VideoName Name,
    long Size,
    Sha256Digest Sha256,
    string ContentType,
    DateTimeOffset LastModified,
    long Requests,
    ImmutableArray<string> BelongsOn,
    ImmutableArray<string> HeldBy);

/// <summary>A page of videos, by name.</summary>
/// <param name="Videos">The page.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; absent on the last one.</param>
internal sealed record VideosAnswer(ImmutableArray<VideoAnswer> Videos, VideoName? Next);

/// <summary>A push that is being sent.</summary>
/// <param name="Source">The origin, or the replica that sends it.</param>
/// <param name="Replica">Who gets it.</param>
/// <param name="Video">What.</param>
/// <param name="Size">Bytes of the video.</param>
/// <param name="Position">How many of them the replica has been sent.</param>
/// <param name="BytesPerSecond">Rate so far.</param>
/// <param name="SecondsLeft">Time that the rest takes at this rate.</param>
internal sealed record PushAnswer(
    string Source, string Replica, VideoName Video, long Size, long Position, double BytesPerSecond, double? SecondsLeft);

/// <summary>What a service has sent in pushes.</summary>
/// <param name="Source">The origin, or a replica.</param>
/// <param name="SentBytes">Bytes since its process began.</param>
internal sealed record SourceAnswer(string Source, long SentBytes);

/// <summary>All pushes that are being sent, and what came of all before them.</summary>
internal sealed record PushesAnswer(ImmutableArray<PushAnswer> Pushes, ImmutableArray<SourceAnswer> Sources);

/// <summary>JSON of the operator's API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(AuditAnswer))]
[JsonSerializable(typeof(StatusAnswer))]
[JsonSerializable(typeof(ImmutableArray<ReplicaAnswer>))]
[JsonSerializable(typeof(VideosAnswer))]
[JsonSerializable(typeof(OriginAnswer))]
[JsonSerializable(typeof(IgnoredAnswer))]
[JsonSerializable(typeof(PushesAnswer))]
[JsonSerializable(typeof(PurgeReport))]
internal sealed partial class ApiJson : JsonSerializerContext;
