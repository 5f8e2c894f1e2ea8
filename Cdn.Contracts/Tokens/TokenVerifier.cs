using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;

namespace Cdn.Contracts.Tokens;

/// <summary>Who asks for what.</summary>
/// <param name="Uris">
/// The address, without the token, in the forms that it may have been signed in: a container has to match one of them.
/// </param>
/// <param name="Client">The client's address; null if nobody knows it.</param>
public readonly record struct TokenRequest(IReadOnlyList<string> Uris, IPAddress? Client);

/// <summary>A token that was verified.</summary>
/// <param name="Claims">What it says; the client's address in the clear.</param>
/// <param name="Container">What it opens.</param>
/// <param name="KeyId">The key that it is signed with.</param>
public sealed record VerifiedToken(TokenClaims Claims, UriContainer Container, string KeyId);

/// <summary>
/// Verifies tokens as RFC 9246 section 2.1 and RFC 8725 (best practices of JSON Web Tokens) want it: the key is found by its id,
/// the algorithm is the key's, the text is read strictly, and what is critical and not known is refused.
/// </summary>
public static class TokenVerifier
{
    /// <summary>What <c>cdnicrit</c> may list: all that is verified here.</summary>
    private static readonly string[] Understood =
        ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cdniv", "cdniip", "cdniuc", "cdnicrit"];

    /// <summary>Latest time that a token may have: the end of the year 9999.</summary>
    private const double LastSecond = 253_402_300_799;

    /// <summary>Verifies a token for a request.</summary>
    /// <param name="token">The token.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="keys">The keys that are trusted.</param>
    /// <param name="now">The time.</param>
    /// <param name="verified">The token, if it is good.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static TokenRefusal? Verify(
        string token, in TokenRequest request, TokenKeySet keys, DateTimeOffset now, out VerifiedToken? verified)
    {
        ArgumentNullException.ThrowIfNull(token);
        ArgumentNullException.ThrowIfNull(keys);
        verified = null;
        if (token.Length > Limits.MaxTokenLength || token.Split('.') is not [var head, var body, var signatureText])
        {
            return TokenRefusal.Malformed;
        }

        if (StrictObject.TryParse(head) is not { } header
            || header.Text("alg") is not { } algorithm
            || !StrictText.TryDecode(signatureText, out var signature))
        {
            return TokenRefusal.Malformed;
        }

        if (header.Text("kid") is not { } id || keys.Find(id) is not { } key)
        {
            return TokenRefusal.UnknownKey;
        }

        if (algorithm != key.Algorithm)
        {
            return TokenRefusal.WrongAlgorithm;
        }

        if (!key.Verify(Encoding.UTF8.GetBytes($"{head}.{body}"), signature))
        {
            return TokenRefusal.WrongSignature;
        }

        if (StrictObject.TryParse(body) is not { } payload)
        {
            return TokenRefusal.Malformed;
        }

        if (header.Has("crit") || !IsSupported(payload))
        {
            return TokenRefusal.Unsupported;
        }

        return TryRead(payload, out var claims) && UriContainer.TryParse(claims.Container) is { } container
            ? FirstObjection(new VerifiedToken(claims, container, id), request, key, keys, now, out verified)
            : TokenRefusal.Malformed;
    }

    private static TokenRefusal? FirstObjection(
        VerifiedToken token,
        in TokenRequest request,
        TokenKey key,
        TokenKeySet keys,
        DateTimeOffset now,
        out VerifiedToken? verified)
    {
        verified = null;
        var claims = token.Claims;
        if ((key.Issuer is not null && claims.Issuer != key.Issuer)
            || (claims.Audience is not null && claims.Audience != keys.Audience))
        {
            return TokenRefusal.WrongParty;
        }

        if (now >= claims.Expires)
        {
            return TokenRefusal.Expired;
        }

        if (now < claims.NotBefore)
        {
            return TokenRefusal.NotYetValid;
        }

        if (claims.ClientAddress is { } encrypted)
        {
            if (!EncryptedClaim.TryDecrypt(encrypted, keys, out var network) || !AddressPrefix.IsValid(network))
            {
                return TokenRefusal.Malformed;
            }

            if (!AddressPrefix.Contains(network, request.Client))
            {
                return TokenRefusal.OtherAddress;
            }

            token = token with { Claims = claims with { ClientAddress = network } };
        }

        if (!request.Uris.Any(token.Container.Matches))
        {
            return TokenRefusal.OtherName;
        }

        verified = token;
        return null;
    }

    /// <summary>
    /// Version 1, nothing critical that is not known, and no renewal (<c>cdnistt</c>): a ticket lasts as long as its token.
    /// </summary>
    private static bool IsSupported(StrictObject payload) =>
        payload.TryReadNumber("cdniv", out var version) && version is null or 1.0
        && payload.TryReadNumber("cdnistt", out var transport) && transport is null or 0.0
        && payload.TryReadText("cdnicrit", out var critical)
        && critical?.Split(',', StringSplitOptions.TrimEntries).All(Understood.Contains) != false;

    private static bool TryRead(StrictObject payload, [NotNullWhen(true)] out TokenClaims? claims)
    {
        claims = null;
        if (payload.Text("cdniuc") is not { } container
            || !payload.TryReadText("iss", out var issuer)
            || !payload.TryReadText("aud", out var audience)
            || !payload.TryReadText("sub", out var subject)
            || !payload.TryReadText("jti", out var id)
            || !payload.TryReadText("cdniip", out var address)
            || !TryReadTime(payload, "exp", out var expires)
            || !TryReadTime(payload, "nbf", out var notBefore))
        {
            return false;
        }

        claims = new TokenClaims
        {
            Container = container,
            Issuer = issuer,
            Audience = audience,
            Subject = subject,
            Id = id,
            ClientAddress = address,
            Expires = expires,
            NotBefore = notBefore,
        };
        return true;
    }

    /// <summary>
    /// A NumericDate (RFC 7519 section 2), of which parts of a second are left out: <c>exp</c> is early rather than late.
    /// </summary>
    private static bool TryReadTime(StrictObject payload, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!payload.TryReadNumber(name, out var seconds) || seconds is not (null or (>= 0 and <= LastSecond)))
        {
            return false;
        }

        time = seconds is { } number ? DateTimeOffset.FromUnixTimeSeconds((long)number) : null;
        return true;
    }
}
