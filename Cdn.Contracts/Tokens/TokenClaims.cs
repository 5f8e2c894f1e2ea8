namespace Cdn.Contracts.Tokens;

/// <summary>What a token says (RFC 9246 section 2.1). Times are whole seconds.</summary>
public sealed record TokenClaims
{
    /// <summary><c>cdniuc</c>: what may be asked for, as <see cref="UriContainer"/> writes it.</summary>
    public required string Container { get; init; }

    /// <summary><c>exp</c>: the end; null: it has none.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary><c>nbf</c>: the beginning; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary><c>iss</c>: who signed it.</summary>
    public string? Issuer { get; init; }

    /// <summary><c>aud</c>: for whom.</summary>
    public string? Audience { get; init; }

    /// <summary>
    /// <c>sub</c>: who was given it. It can be revoked by this. RFC 9246 wants it encrypted where it is a person's name.
    /// </summary>
    public string? Subject { get; init; }

    /// <summary><c>jti</c>: the token's own id. It can be revoked by this.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// <c>cdniip</c>, in the clear: the client's address, or a prefix of it (<c>192.0.2.0/24</c>). In a token it is encrypted.
    /// </summary>
    public string? ClientAddress { get; init; }
}
