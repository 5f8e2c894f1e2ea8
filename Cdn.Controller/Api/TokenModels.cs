using System.Text.Json.Serialization;
using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Cdn.Controller.Audit;
using Cdn.Controller.Tokens;

namespace Cdn.Controller.Api;

/// <summary>A link that is asked for.</summary>
/// <param name="Name">One video; or else give <see cref="Prefix"/>.</param>
/// <param name="Prefix">All videos whose names begin so: <c>show/season1/</c>.</param>
/// <param name="Seconds">How long it is good.</param>
/// <param name="Sub">Who it is for.</param>
/// <param name="Ip">The client's address, or a prefix of it; absent: any.</param>
/// <param name="NotBefore">When it begins; absent: now.</param>
internal sealed record TokenRequestBody(
    VideoName? Name = null,
    string? Prefix = null,
    double Seconds = 0,
    string? Sub = null,
    string? Ip = null,
    DateTimeOffset? NotBefore = null) : IAudited
{
    public string Describe() =>
        $"{Name?.Value ?? Prefix}, {Seconds} s{(Sub is null ? "" : $", sub {Sub}")}{(Ip is null ? "" : $", ip {Ip}")}";
}

/// <summary>A link.</summary>
/// <param name="Path">To put behind the CDN's address. Of a prefix: what the names below it are put behind.</param>
/// <param name="Token">The token in it.</param>
/// <param name="Jti">By which it can be revoked.</param>
/// <param name="Kid">The key that it is signed with.</param>
/// <param name="Expires">Its end.</param>
internal sealed record TokenAnswer(string Path, string Token, string Jti, string Kid, DateTimeOffset Expires) : IAudited
{
    public string Describe() => $"jti {Jti}, kid {Kid}";
}

/// <summary>What is to be revoked: one of the three.</summary>
/// <param name="Jti">One token.</param>
/// <param name="Sub">All tokens of somebody.</param>
/// <param name="Kid">All tokens of a key.</param>
/// <param name="Until">When the last token that it could hit ends; then it is forgotten. Absent: it stays until it is
/// lifted.</param>
internal sealed record RevokeRequest(
    string? Jti = null, string? Sub = null, string? Kid = null, DateTimeOffset? Until = null) : IAudited
{
    public string Describe() => Jti is not null ? $"jti {Jti}" : Sub is not null ? $"sub {Sub}" : $"kid {Kid}";
}

/// <summary>What came of it.</summary>
/// <param name="Kind">What of a token it is.</param>
/// <param name="Value">Its value.</param>
/// <param name="Receipts">What each door says.</param>
internal sealed record RevokeReport(RevokedKind Kind, string Value, IReadOnlyList<DoorReceipt> Receipts) : IAudited
{
    public string Describe() =>
        string.Join(", ", Receipts.Select(receipt => $"{receipt.Door} {(receipt.Done ? "done" : receipt.Reason)}"));
}

/// <summary>All that is revoked.</summary>
internal sealed record RevokedAnswer(IReadOnlyList<Revocation> Revoked);

/// <summary>JSON of tokens in the operator's API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(TokenRequestBody))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(RevokeRequest))]
[JsonSerializable(typeof(RevokeReport))]
[JsonSerializable(typeof(RevokedAnswer))]
internal sealed partial class TokenApiJson : JsonSerializerContext;
