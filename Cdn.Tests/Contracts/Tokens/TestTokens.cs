using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Cdn.Contracts.Tokens;

namespace Cdn.Tests.Contracts.Tokens;

/// <summary>Keys, a time and requests for tests of tokens.</summary>
internal static class TestTokens
{
    /// <summary>A set with a key of each kind; the first signs with HS256.</summary>
    public const string KeysJson =
        """
        {"aud": "this-cdn", "keys": [
          {"kty": "oct", "kid": "h1", "k": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"},
          {"kty": "oct", "kid": "h2", "k": "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "iss": "partner"},
          {"kty": "EC", "kid": "P5UpOv0eMq1wcxLf7WxIg09JdSYGYFDOWkldueaImf0", "use": "sig", "crv": "P-256",
           "x": "be807S4O7dzB6I4hTiCUvmxCI6FuxWba1xYBlLSSsZ8", "y": "rOGC4vI69g-WF9AGEVI37sNNwbjIzBxSjLvIL7f3RBA",
           "d": "yaowezrCLTU6yIwUL5RQw67cHgvZeMTLVZXjUGb1A1M"},
          {"kty": "oct", "kid": "f-WbjxBC3dPuI3d24kP2hfvos7Qz688UTi6aB0hN998", "use": "enc", "alg": "A128GCM", "k": "4uFxxV7fhNmrtiah2d1fFg"}]}
        """;

    public const string Address = "https://cdn.example/video/show/s1/master.m3u8";

    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    public static readonly IPAddress Client = IPAddress.Parse("192.0.2.7");

    public static TokenKeySet Keys { get; } = TokenKeySet.Parse(KeysJson);

    /// <summary>What is good for <see cref="Address"/> for an hour.</summary>
    public static TokenClaims Claims { get; } =
        new() { Container = UriContainer.ForPrefix("show/s1/"), Expires = Now.AddHours(1), Subject = "viewer", Id = "one" };

    public static string Sign(TokenClaims claims) => new TokenSigner(Keys).Sign(claims);

    public static TokenRefusal? Verify(string token, string address = Address, DateTimeOffset? at = null) =>
        TokenVerifier.Verify(token, new TokenRequest([address], Client), Keys, at ?? Now, out _);

    /// <summary>A token of any header and payload, signed with the key <c>h1</c> whatever they say.</summary>
    public static string Forge(string header, string payload)
    {
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}";
        var key = Base64Url.DecodeFromChars("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
        return $"{text}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text)))}";
    }
}
