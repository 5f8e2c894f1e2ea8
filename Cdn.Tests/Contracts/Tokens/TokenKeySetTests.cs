using Cdn.Contracts.Tokens;

namespace Cdn.Tests.Contracts.Tokens;

public sealed class TokenKeySetTests
{
    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "\"keys\"")]
    [InlineData("""{"keys": []}""", "1 to 64")]
    [InlineData("""{"keys": [], "keys": []}""", "twice")]
    [InlineData("""{"keys": [{"kty": "oct", "k": "AAAA"}]}""", "\"kid\"")]
    [InlineData("""{"keys": [{"kty": "oct", "kid": "a", "k": "AAAA"}]}""", "32 bytes")]
    [InlineData("""{"keys": [{"kty": "oct", "kid": "a", "k": "A+/="}]}""", "base64url")]
    [InlineData("""{"keys": [{"kty": "RSA", "kid": "a"}]}""", "oct or EC")]
    [InlineData("""{"keys": [{"kty": "oct", "kid": "a", "alg": "none", "k": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}]}""", "HS256 only")]
    [InlineData("""{"keys": [{"kty": "EC", "kid": "a", "crv": "P-384"}]}""", "P-256")]
    [InlineData("""{"keys": [{"kty": "oct", "kid": "a", "use": "enc", "k": "4uFxxV7fhNmrtiah2d1fFg"}]}""", "key that signs")]
    public void TryParse_WhatIsNoKeySet_SaysWhy(string json, string why)
    {
        Assert.False(TokenKeySet.TryParse(json, out _, out var errors));
        Assert.Contains(why, string.Join(' ', errors));
    }

    [Fact]
    public void TryParse_OfSeveralErrors_SaysAll_AndNothingOfAKey()
    {
        Assert.False(TokenKeySet.TryParse(
            """{"keys": [{"kty": "oct", "kid": "a", "k": "c2VjcmV0"}, {"kty": "RSA", "kid": "b"}, {"kid": 7}]}""", out _, out var errors));

        Assert.Equal(3, errors.Count);
        Assert.DoesNotContain("c2VjcmV0", string.Join(' ', errors));
    }

    [Fact]
    public void Signing_IsTheFirstThatCan()
    {
        Assert.Equal("h1", TestTokens.Keys.Signing!.Id);
        Assert.Equal("A128GCM", TestTokens.Keys.Encrypting!.Algorithm);
        Assert.Null(TestTokens.Keys.Find("h1", forContent: true));
    }
}
