using System.Text.Json.Serialization;
using Cdn.Contracts.Tokens;

namespace Cdn.Controller.Tokens;

/// <summary>What an operator has revoked.</summary>
/// <param name="Kind">What of a token it is.</param>
/// <param name="Value">Its value.</param>
/// <param name="At">When.</param>
/// <param name="Until">When no token that it could hit is valid any more; absent: nobody knows, and it stays until it is
/// lifted.</param>
internal sealed record Revocation(RevokedKind Kind, string Value, DateTimeOffset At, DateTimeOffset? Until)
{
    /// <summary>The name of its file.</summary>
    [JsonIgnore]
    public string Id => RevocationId.Of(Kind, Value);
}

/// <summary>JSON of the files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Revocation))]
internal sealed partial class RevocationJson : JsonSerializerContext;
