using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// A claim that is encrypted (RFC 7516, compact, <c>"alg": "dir"</c>): RFC 9246 has the client's address so, since the token is
/// in an address that others may read.
/// </summary>
internal static class EncryptedClaim
{
    private const int NonceBytes = 12; // RFC 7518 section 5.3.
    private const int TagBytes = 16;

    public static string Encrypt(string value, TokenKey key)
    {
        var head = Base64Url.EncodeToString(JwsText.Header(("alg", "dir"), ("kid", key.Id), ("enc", key.Algorithm)));
        var text = Encoding.UTF8.GetBytes(value);
        var (nonce, tag) = (RandomNumberGenerator.GetBytes(NonceBytes), new byte[TagBytes]);
        using var cipher = new AesGcm(key.Secret, TagBytes);
        cipher.Encrypt(nonce, text, text, tag, Encoding.ASCII.GetBytes(head));
        return $"{head}..{Base64Url.EncodeToString(nonce)}.{Base64Url.EncodeToString(text)}.{Base64Url.EncodeToString(tag)}";
    }

    public static bool TryDecrypt(string encrypted, TokenKeySet keys, [NotNullWhen(true)] out string? value)
    {
        value = null;
        if (encrypted.Split('.') is not [var head, "", var nonceText, var bodyText, var tagText])
        {
            return false;
        }

        if (StrictObject.TryParse(head) is not { } header
            || header.Text("alg") != "dir"
            || header.Has("crit")
            || header.Text("kid") is not { } id
            || keys.Find(id, forContent: true) is not { } key
            || header.Text("enc") != key.Algorithm
            || !StrictText.TryDecode(nonceText, out var nonce) || nonce.Length != NonceBytes
            || !StrictText.TryDecode(bodyText, out var body)
            || !StrictText.TryDecode(tagText, out var tag) || tag.Length != TagBytes)
        {
            return false;
        }

        try
        {
            using var cipher = new AesGcm(key.Secret, TagBytes);
            cipher.Decrypt(nonce, body, tag, body, Encoding.ASCII.GetBytes(head));
            value = Encoding.UTF8.GetString(body);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
