using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// Signs tokens: JSON Web Tokens as RFC 9246 has them. It needs no service of the CDN, only a key that the CDN has, too.
/// <code>
/// var keys = TokenKeySet.Parse(File.ReadAllText("token-keys.json"));
/// var signer = new TokenSigner(keys);
/// var token = signer.Sign(new TokenClaims
/// {
///     Container = UriContainer.ForPrefix("show/season1/"),
///     Expires = DateTimeOffset.UtcNow.AddHours(6),
///     Subject = "viewer-4711",
///     Id = Guid.NewGuid().ToString("N"),
/// });
/// var playlist = $"https://cdn.example/t/{token}/video/show/season1/master.m3u8"; // A title: its segments inherit the token.
/// var film = $"https://cdn.example/video/film.mp4?URISigningPackage={token}";     // A single file.
/// </code>
/// </summary>
/// <param name="keys">The first key that can sign is used, and the first that encrypts for the client's address.</param>
public sealed class TokenSigner(TokenKeySet keys)
{
    private readonly TokenKey _key = keys?.Signing ?? throw new ArgumentException("No key of the set can sign.", nameof(keys));

    /// <summary>The name of the token in a query, as RFC 9246 has it by default.</summary>
    public const string QueryParameter = "URISigningPackage";

    /// <summary>Signs.</summary>
    /// <exception cref="ArgumentException">
    /// A claim is none that a CDN would accept, or the set has no key to encrypt the client's address.
    /// </exception>
    public string Sign(TokenClaims claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        if (UriContainer.TryParse(claims.Container) is null)
        {
            throw new ArgumentException("The container must be hash:sha-256;... or regex:...", nameof(claims));
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JwsText.Compact))
        {
            Write(json, claims);
        }

        var header = Base64Url.EncodeToString(JwsText.Header(("alg", _key.Algorithm), ("kid", _key.Id)));
        var text = $"{header}.{Base64Url.EncodeToString(buffer.WrittenSpan)}";
        var token = $"{text}.{Base64Url.EncodeToString(_key.Sign(Encoding.ASCII.GetBytes(text)))}";
        return token.Length <= Limits.MaxTokenLength
            ? token
            : throw new ArgumentException(
                $"The token would have {token.Length} characters; {Limits.MaxTokenLength} are the most.", nameof(claims));
    }

    private void Write(Utf8JsonWriter json, TokenClaims claims)
    {
        json.WriteStartObject();
        Write(json, "iss", claims.Issuer ?? _key.Issuer);
        Write(json, "aud", claims.Audience ?? keys.Audience);
        Write(json, "sub", claims.Subject);
        Write(json, "exp", claims.Expires);
        Write(json, "nbf", claims.NotBefore);
        Write(json, "jti", claims.Id);
        Write(json, "cdniip", claims.ClientAddress is { } address ? Encrypt(address) : null);
        Write(json, "cdniuc", claims.Container);
        json.WriteEndObject();
    }

    private string Encrypt(string address) =>
        !AddressPrefix.IsValid(address)
            ? throw new ArgumentException($"'{address}' is no address, and no prefix of one.", nameof(address))
        : keys.Encrypting is { } key ? EncryptedClaim.Encrypt(address, key)
        : throw new ArgumentException("A client's address takes a key of \"use\": \"enc\".", nameof(address));

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            json.WriteNumber(name, time.ToUnixTimeSeconds());
        }
    }
}
