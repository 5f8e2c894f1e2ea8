using System.Text;
using Cdn.Contracts.Tokens;
using static Cdn.Tests.Contracts.Tokens.TestTokens;

namespace Cdn.Tests.Contracts.Tokens;

/// <summary>
/// The keys of RFC 9246 appendix A, with what its drafts signed and encrypted with them, and the container of its simple example.
/// </summary>
public sealed class RfcVectorTests
{
    private const string Encrypted =
        "eyJhbGciOiJkaXIiLCJraWQiOiJmLVdianhCQzNkUHVJM2QyNGtQMmhmdm9zN1F6Njg4VVRpNmFCMGhOOTk4IiwiZW5jIjoiQTEyOEdDTSJ9..oGLsnF8fLlFcUXK0"
        + ".KFfBBH_FPYFu-RBFBR3rhQ.6_MVaa4t7JiVX2IgUkZ3jA";

    private const string Signed =
        "eyJhbGciOiJFUzI1NiIsImtpZCI6IlA1VXBPdjBlTXExd2N4TGY3V3hJZzA5SmRTWUdZRkRPV2tsZHVlYUltZjAifQ."
        + "eyJzdWIiOiJ1cmk6aHR0cDovL2NkbmkuZXhhbXBsZS9mb28vYmFyL2JheiJ9."
        + "LTizGd7zCb17Qp_80ClGApLCieRIq3dCjcRckNfLqiJ4BTGSfVXoDtm0Z6L5Jx4EmwM1w-WkznNajUy11iMAcA";

    [Fact]
    public void Cdniip_OfTheExample_IsItsPrefix()
    {
        Assert.True(EncryptedClaim.TryDecrypt(Encrypted, Keys, out var address));
        Assert.Equal("[2001:db8::1/32]", address);
        Assert.True(AddressPrefix.Contains(address, System.Net.IPAddress.Parse("2001:db8:7::9")));
    }

    [Fact]
    public void Signature_OfTheExample_IsItsKeys()
    {
        var (text, signature) = (Signed[..Signed.LastIndexOf('.')], Signed[(Signed.LastIndexOf('.') + 1)..]);
        Assert.True(StrictText.TryDecode(signature, out var bytes));
        Assert.True(Keys.Find("P5UpOv0eMq1wcxLf7WxIg09JdSYGYFDOWkldueaImf0")!.Verify(Encoding.ASCII.GetBytes(text), bytes));

        // It is of a draft that had no container yet: all that is wrong with it is that.
        Assert.Equal(TokenRefusal.Malformed, Verify(Signed));
        Assert.Equal(TokenRefusal.WrongSignature, Verify(Signed.Replace("LTiz", "LTjz", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("http://cdni.example/foo/bar", true)]
    [InlineData("http://cdni.example/foo/bar/", false)]
    public void Hash_OfTheSimpleExample_IsOfItsAddress(string address, bool matches) =>
        Assert.Equal(
            matches, UriContainer.TryParse("hash:sha-256;2tderfWPa86Ku7YnzW51YUp7dGUjBS/3SW3ELx4hmWY")!.Matches(address));

    [Theory]
    [InlineData("http://cdni.example/foo/bar/123.png", true)]
    [InlineData("http://cdni.example/foo/bar/1234.png", false)]
    [InlineData("http://cdniXexample/foo/bar/123.png", false)]
    public void Regex_OfTheComplexExample_IsOfItsAddresses(string address, bool matches) =>
        Assert.Equal(matches, UriContainer.TryParse(@"regex:http://cdni\.example/foo/bar/[0-9]{3}\.png")!.Matches(address));

    /// <summary>A client writes host and query as he likes; an expression that meant a path must not be met by those.</summary>
    [Theory]
    [InlineData(@"[^:]+://[^/]+/video/show/[^/]+\.ts", "https://cdn.example/video/show/2.ts", true)]
    [InlineData(@"[^:]+://[^/]+/video/show/[^/]+\.ts", "https://cdn.example/video/show/2.mp4?.ts", false)]
    [InlineData(@".*\.jpg", "https://cdn.example/video/film.mp4?a.jpg", false)]
    [InlineData(@".*\.jpg", "https://cdn.example/video/a.jpg", true)]
    [InlineData(@".*trailer.*", "https://trailer/video/film.mp4", false)]
    [InlineData(@".*trailer.*", "https://trailer/video/trailer.mp4", true)]
    [InlineData(@"https://cdn\.example/video/.*", "https://cdn.example/video/film.mp4", true)]
    [InlineData(@"https?://cdn.example:9005/video/.*", "https://cdn.example:9005/video/film.mp4", true)]
    [InlineData(@"https://cdn\.example/video/.*", "https://other.example/video/film.mp4", false)]
    [InlineData(@"https://[a-z]+/video/.*", "https://cdn/video/film.mp4", false)]
    [InlineData(@"[^:]+://[^/]+/video/film\.mp4\?quality=low", "https://cdn.example/video/film.mp4?quality=low", true)]
    [InlineData(@"[^:]+://[^/]+/video/film\.mp4\?quality=low", "https://cdn.example/video/film.mp4", false)]
    public void Regex_IsNotMetByWhatAClientMakesUp(string expression, string address, bool matches) =>
        Assert.Equal(matches, UriContainer.TryParse("regex:" + expression)!.Matches(address));

    [Fact]
    public void Sign_WithTheKeyOfTheExample_Verifies()
    {
        var keys = TokenKeySet.Parse(
            """
            {"aud": "this-cdn", "keys": [{"kty": "EC", "kid": "P5UpOv0eMq1wcxLf7WxIg09JdSYGYFDOWkldueaImf0", "crv": "P-256",
             "x": "be807S4O7dzB6I4hTiCUvmxCI6FuxWba1xYBlLSSsZ8", "y": "rOGC4vI69g-WF9AGEVI37sNNwbjIzBxSjLvIL7f3RBA",
             "d": "yaowezrCLTU6yIwUL5RQw67cHgvZeMTLVZXjUGb1A1M"}]}
            """);
        Assert.Null(Verify(new TokenSigner(keys).Sign(Claims)));
    }
}
