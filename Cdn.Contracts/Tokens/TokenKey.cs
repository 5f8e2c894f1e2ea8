using System.Security.Cryptography;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// A key of a <see cref="TokenKeySet"/>. Its algorithm is the key's alone: a token that says another one is refused.
/// </summary>
public sealed class TokenKey
{
    private readonly byte[]? _secret;
    private readonly ECParameters _curve;

    internal TokenKey(string id, byte[] secret, string algorithm, string? issuer)
    {
        (Id, Algorithm, Issuer, _secret) = (id, algorithm, issuer, secret);
        (IsForContent, CanSign) = (algorithm != Hs256, algorithm == Hs256);
    }

    internal TokenKey(string id, ECParameters curve, string? issuer) =>
        (Id, Algorithm, Issuer, _curve, CanSign) = (id, Es256, issuer, curve, curve.D is not null);

    /// <summary>HMAC with SHA-256 (RFC 7518 section 3.2).</summary>
    public const string Hs256 = "HS256";

    /// <summary>ECDSA with P-256 and SHA-256 (RFC 7518 section 3.4).</summary>
    public const string Es256 = "ES256";

    /// <summary><c>kid</c>.</summary>
    public string Id { get; }

    /// <summary>
    /// <c>HS256</c> or <c>ES256</c> for tokens, <c>A128GCM</c> or <c>A256GCM</c> for what is encrypted in them.
    /// </summary>
    public string Algorithm { get; }

    /// <summary>Whose tokens it signs; null: whoever they say.</summary>
    public string? Issuer { get; }

    /// <summary>Whether it encrypts claims (<c>"use": "enc"</c>), and signs nothing.</summary>
    public bool IsForContent { get; }

    /// <summary>Whether it can sign, and not only verify: a public key cannot.</summary>
    public bool CanSign { get; }

    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>The signature of a text.</summary>
    internal byte[] Sign(ReadOnlySpan<byte> text)
    {
        if (Algorithm == Hs256)
        {
            return HMACSHA256.HashData(_secret!, text);
        }

        using var key = ECDsa.Create(_curve);
        return key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }

    /// <summary>Whether a signature is this key's; takes the same time for every wrong one.</summary>
    internal bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (Algorithm == Hs256)
        {
            return CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(_secret!, text), signature);
        }

        using var key = ECDsa.Create(_curve);
        return key.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
