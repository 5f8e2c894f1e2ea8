using System.Buffers.Text;
using System.Text;
using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using static Cdn.Tests.Contracts.Tokens.TestTokens;

namespace Cdn.Tests.Contracts.Tokens;

public sealed class TokenVerifierTests
{
    private const string Header = """{"alg":"HS256","kid":"h1"}""";
    private const string Opens = "\"cdniuc\":\"regex:.*\"";

    [Fact]
    public void Verify_WhatWasSigned_IsLetIn_WithItsClaims()
    {
        var refusal = TokenVerifier.Verify(Sign(Claims), new TokenRequest([Address], Client), Keys, Now, out var verified);

        Assert.Null(refusal);
        Assert.Equal(Claims with { Audience = "this-cdn" }, verified!.Claims);
        Assert.Equal("h1", verified.KeyId);
    }

    [Theory]
    [InlineData("", TokenRefusal.Malformed)]
    [InlineData("eyJhbGciOiJIUzI1NiJ9", TokenRefusal.Malformed)]
    [InlineData("a.b.c", TokenRefusal.Malformed)]
    [InlineData("....", TokenRefusal.Malformed)]
    [InlineData("ZZZZ.é.\0", TokenRefusal.Malformed)]
    [InlineData("eyJhbGciOiIifQ===.e30.", TokenRefusal.Malformed)]
    public void Verify_WhatIsNoToken_IsMalformed(string token, TokenRefusal refusal) => Assert.Equal(refusal, Verify(token));

    [Fact]
    public void Verify_OfHundredKilobytes_IsMalformed() => Assert.Equal(TokenRefusal.Malformed, Verify(new string('a', 100_000)));

    [Fact]
    public void Verify_Truncated_IsRefused()
    {
        var token = Sign(Claims);
        Assert.All(Enumerable.Range(1, token.Length - 1), left => Assert.NotNull(Verify(token[..^left])));
    }

    [Theory]
    [InlineData("""{"alg":"none","kid":"h1"}""", TokenRefusal.WrongAlgorithm)]
    [InlineData("""{"alg":"HS512","kid":"h1"}""", TokenRefusal.WrongAlgorithm)]
    [InlineData("""{"alg":"ES256","kid":"h1"}""", TokenRefusal.WrongAlgorithm)]
    [InlineData("""{"alg":"HS256","kid":"P5UpOv0eMq1wcxLf7WxIg09JdSYGYFDOWkldueaImf0"}""", TokenRefusal.WrongAlgorithm)]
    [InlineData("""{"alg":"HS256","kid":"f-WbjxBC3dPuI3d24kP2hfvos7Qz688UTi6aB0hN998"}""", TokenRefusal.UnknownKey)]
    [InlineData("""{"alg":"HS256","kid":"h9"}""", TokenRefusal.UnknownKey)]
    [InlineData("""{"alg":"HS256"}""", TokenRefusal.UnknownKey)]
    [InlineData("""{"kid":"h1"}""", TokenRefusal.Malformed)]
    [InlineData("""{"alg":"HS256","kid":"h2"}""", TokenRefusal.WrongSignature)]
    [InlineData("""{"alg":"HS256","kid":"h1","crit":["exp"]}""", TokenRefusal.Unsupported)]
    [InlineData("""{"alg":"HS256","alg":"HS256","kid":"h1"}""", TokenRefusal.Malformed)]
    [InlineData("""["HS256"]""", TokenRefusal.Malformed)]
    [InlineData("""{"alg":"HS256","kid":"\ud800"}""", TokenRefusal.Malformed)]
    [InlineData("""{"alg":"HS256","kid":"h1","\ud800":1}""", TokenRefusal.Malformed)]
    [InlineData("""{"alg":"HS256","kid":["h1"]}""", TokenRefusal.UnknownKey)]
    public void Verify_OfAnotherHeader_IsRefused(string header, TokenRefusal refusal) =>
        Assert.Equal(refusal, Verify(Forge(header, $$"""{{{Opens}}}""")));

    [Theory]
    [InlineData("", null)]
    [InlineData(""","cdniv":1""", null)]
    [InlineData(""","cdniv":2""", TokenRefusal.Unsupported)]
    [InlineData(""","cdniv":"1" """, TokenRefusal.Unsupported)]
    [InlineData(""","cdnicrit":"cdniuc,exp" """, null)]
    [InlineData(""","cdnicrit":"cdniuc,geo" """, TokenRefusal.Unsupported)]
    [InlineData(""","cdnicrit":"cdnistt" """, TokenRefusal.Unsupported)]
    [InlineData(""","cdnistt":0""", null)]
    [InlineData(""","cdnistt":1,"cdniets":30""", TokenRefusal.Unsupported)]
    [InlineData(""","other":{"a":[1]}""", null)]
    [InlineData(""","exp":1800000000""", TokenRefusal.Expired)]
    [InlineData(""","exp":1800000001""", null)]
    [InlineData(""","exp":1800000000.9""", TokenRefusal.Expired)]
    [InlineData(""","exp":"1800000001" """, TokenRefusal.Malformed)]
    [InlineData(""","exp":null""", TokenRefusal.Malformed)]
    [InlineData(""","exp":-1""", TokenRefusal.Malformed)]
    [InlineData(""","exp":1e300""", TokenRefusal.Malformed)]
    [InlineData(""","nbf":1800000000""", null)]
    [InlineData(""","nbf":1800000001""", TokenRefusal.NotYetValid)]
    [InlineData(""","aud":"this-cdn" """, null)]
    [InlineData(""","aud":"another" """, TokenRefusal.WrongParty)]
    [InlineData(""","iss":"anybody" """, null)]
    [InlineData(""","sub":7""", TokenRefusal.Malformed)]
    [InlineData(""","cdniip":"192.0.2.7" """, TokenRefusal.Malformed)]
    [InlineData(""","exp":1,"exp":1800000001""", TokenRefusal.Malformed)]
    public void Verify_EveryClaim_IsLookedAt(string claim, TokenRefusal? refusal) =>
        Assert.Equal(refusal, Verify(Forge(Header, $$"""{{{Opens}}{{claim}}}""")));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"cdniuc":1}""")]
    [InlineData("""{"cdniuc":"uri:x"}""")]
    [InlineData("""{"cdniuc":"regex:("}""")]
    [InlineData("""{"cdniuc":"regex:a)|(b"}""")]
    [InlineData("""{"cdniuc":"regex:(?=a)a"}""")]
    [InlineData("""{"cdniuc":"regex:[[:alpha:]]+"}""")]
    [InlineData("""{"cdniuc":"hash:sha-256;AAAA"}""")]
    [InlineData("""{"cdniuc":"hash:md5;AAAA"}""")]
    [InlineData("not json")]
    public void Verify_WithoutAContainer_IsMalformed(string payload) =>
        Assert.Equal(TokenRefusal.Malformed, Verify(Forge(Header, payload)));

    [Fact]
    public void Verify_OfAKeyWithAnIssuer_TakesThatIssuerOnly()
    {
        var signer = new TokenSigner(TokenKeySet.Parse("""{"keys": [{"kty": "oct", "kid": "h2", "k": "HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "iss": "partner"}]}"""));

        Assert.Null(Verify(signer.Sign(Claims)));
        Assert.Equal(TokenRefusal.WrongParty, Verify(signer.Sign(Claims with { Issuer = "somebody" })));
    }

    [Theory]
    [InlineData("192.0.2.7", null)]
    [InlineData("192.0.2.0/24", null)]
    [InlineData("[192.0.2.1/24]", null)]
    [InlineData("::ffff:192.0.2.7", null)]
    [InlineData("192.0.2.8", TokenRefusal.OtherAddress)]
    [InlineData("192.0.3.0/24", TokenRefusal.OtherAddress)]
    [InlineData("2001:db8::/32", TokenRefusal.OtherAddress)]
    public void Verify_OfAnAddress_IsForThatNetwork(string network, TokenRefusal? refusal) =>
        Assert.Equal(refusal, Verify(Sign(Claims with { ClientAddress = network })));

    [Fact]
    public void Sign_OfAnAddress_DoesNotSayIt() =>
        Assert.DoesNotContain(
            "192.0.2.7",
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Sign(Claims with { ClientAddress = "192.0.2.7" }).Split('.')[1])));

    [Theory]
    [InlineData("https://cdn.example/video/show/s1/a/b.ts", null)]
    [InlineData("http://other:9005/video/show/s1/x", null)]
    [InlineData("https://cdn.example/video/show/s2/x", TokenRefusal.OtherName)]
    [InlineData("https://cdn.example/video/show/s1", TokenRefusal.OtherName)]
    [InlineData("https://cdn.example/x/video/show/s1/x", TokenRefusal.OtherName)]
    public void Verify_OfAPrefix_OpensWhatIsBelowIt(string address, TokenRefusal? refusal) =>
        Assert.Equal(refusal, Verify(Sign(Claims), address));

    [Fact]
    public void Verify_OfAName_OpensThatNameOnly()
    {
        var token = Sign(Claims with { Container = UriContainer.ForName(VideoName.Parse("a b/film (1).mp4")) });

        Assert.Null(Verify(token, "https://cdn.example/video/a%20b/film%20%281%29.mp4"));
        Assert.Equal(TokenRefusal.OtherName, Verify(token, "https://cdn.example/video/a%20b/film%20%281%29xmp4"));
        Assert.Equal(TokenRefusal.OtherName, Verify(token, "https://cdn.example/video/a%20b/film%20%281%29.mp4x"));
    }
}
