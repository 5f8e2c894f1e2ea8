using System.Security.Cryptography;
using Cdn.Contracts;

namespace Cdn.Tests.Contracts;

public class Sha256DigestTests
{
    private static readonly Sha256Digest Digest = new(SHA256.HashData("hello world"u8));

    [Fact]
    public void ToReprDigest_KnownContent_IsTheFieldOfRfc9530() =>
        Assert.Equal("sha-256=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:", Digest.ToReprDigest());

    [Fact]
    public void ToString_KnownContent_IsHexadecimal() =>
        Assert.Equal("b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9", Digest.ToString());

    [Theory]
    [InlineData("sha-256=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:")]
    [InlineData("sha-512=:AAAA:, sha-256=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:")]
    public void TryParseReprDigest_FieldWithSha256_ReadsIt(string field)
    {
        Assert.True(Sha256Digest.TryParseReprDigest(field, out var digest));
        Assert.Equal(Digest, digest);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha-256=")]
    [InlineData("sha-256=::")]
    [InlineData("sha-256=:AAAA:")]
    [InlineData("sha-256=:not base64 at all, not even nearly, no sir!=:")]
    [InlineData("sha-256=:")]
    [InlineData("md5=:uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek=:")]
    public void TryParseReprDigest_AnythingElse_IsRefused(string? field) =>
        Assert.False(Sha256Digest.TryParseReprDigest(field, out _));

    [Fact]
    public void TryParseHex_OwnText_ComesBack()
    {
        Assert.True(Sha256Digest.TryParseHex(Digest.ToString(), out var digest));
        Assert.Equal(Digest, digest);
        Assert.False(Sha256Digest.TryParseHex("12", out _));
    }
}
