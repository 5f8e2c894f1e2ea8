using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Cdn.ServiceDefaults.Tokens;
using Cdn.Tests.Contracts.Tokens;
using Cdn.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.ServiceDefaults.Tokens;

/// <summary>Who is let in, and with what he is sent on.</summary>
public sealed class TokenGateTests : IAsyncDisposable
{
    private const string Host = "cdn.example:9005";
    private const string From = "192.0.2.7";

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly TokenKeyFile _keys;
    private readonly TokenOptions _options;

    public TokenGateTests()
    {
        File.WriteAllText(_folder.Of("keys.json"), TestTokens.KeysJson);
        Assert.True(GuardedNames.TryParse("show/*,film.mp4", out var guarded));
        _options = new TokenOptions
        {
            Guarded = guarded,
            KeyFile = _folder.Of("keys.json"),
            TicketKeys = [new('a', new string('s', 40))],
            RevokedFolders = new Dictionary<string, string> { ["edge"] = _folder.Of("revoked") },
        };
        _keys = new TokenKeyFile(Options.Create(_options), _time, NullLogger<TokenKeyFile>.Instance);
        Directory.CreateDirectory(_folder.Of("revoked"));
    }

    public async ValueTask DisposeAsync()
    {
        await _keys.StopAsync(CancellationToken.None);
        _keys.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Check_OfATitle_GivesATicketThatOpensItsFolder()
    {
        var gate = await GateAsync();
        var token = Token(UriContainer.ForPrefix("show/s1/"));

        Assert.Null(gate.Check($"/t/{token}/video/show/s1/master.m3u8?t=5", Host, From, out var admission));

        Assert.True(admission.HasNewTicket);
        Assert.DoesNotContain(token, admission.Pass, StringComparison.Ordinal);
        Assert.Equal("?t=5", admission.Query);
        Assert.Null(gate.Check($"{admission.Pass}/replica1/video/show/s1/a/1.ts", Host, From, out var again));
        Assert.Equal((admission.Pass, false), (again.Pass, again.HasNewTicket));
        Assert.Equal(TokenRefusal.WrongTicket, gate.Check($"{admission.Pass}/replica1/video/show/s2/1.ts", Host, From, out _));
        Assert.Null(gate.Check($"{admission.Pass}/steering/show/s1/master.m3u8", Host, From, out var steered));
        Assert.Equal("/steering/", steered.Route);
    }

    [Fact]
    public async Task Check_OfASingleFile_TakesTheTokenOutOfTheQuery()
    {
        var gate = await GateAsync();
        var token = Token(UriContainer.ForName(VideoName.Parse("film.mp4")));

        Assert.Null(gate.Check($"/video/film.mp4?a=1&URISigningPackage={token}&b=2", Host, From, out var admission));

        Assert.Equal("?a=1&b=2", admission.Query);
        Assert.DoesNotContain('~', admission.Pass);
    }

    /// <summary>
    /// A ticket cannot say what such an expression opens; so the token goes along, and is asked again for the next name.
    /// </summary>
    [Fact]
    public async Task Check_OfAnExpressionThatIsNoFolder_IsAskedForEachName()
    {
        var gate = await GateAsync();
        var token = Token(@"regex:[^:]+://[^/]+/video/show/[^/]+\.ts");

        Assert.Null(gate.Check($"/t/{token}/video/show/1.ts", Host, From, out var first));
        Assert.EndsWith("~" + token, first.Pass);
        Assert.Null(gate.Check($"{first.Pass}/replica2/video/show/2.ts", Host, From, out var second));
        Assert.True(second.HasNewTicket);
        Assert.Equal(TokenRefusal.OtherName, gate.Check($"{first.Pass}/replica2/video/show/2.mp4", Host, From, out _));
    }

    [Fact]
    public async Task Check_OfAnAddress_TakesTheFormsThatItMayHaveBeenSignedIn()
    {
        var gate = await GateAsync();
        foreach (var signed in (string[])["/video/show/a%20%281%29.mp4", "/video/show/a%20(1).mp4", "/video/show/a%20(1).mp4?q=1"])
        {
            var token = Token("hash:sha-256;" + System.Buffers.Text.Base64Url.EncodeToString(
                System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"https://{Host}{signed}"))));

            Assert.Null(gate.Check($"/t/{token}/video/show/a%20(1).mp4?q=1", Host, From, out _));
            Assert.Equal(TokenRefusal.OtherName, gate.Check($"/t/{token}/video/show/a%20(1).mp4?q=1", "other", From, out _));
        }
    }

    [Theory]
    [InlineData("/video/show/1.ts", TokenRefusal.Missing)]
    [InlineData("/video/show/1.ts?URISigningPackage=", TokenRefusal.Missing)]
    [InlineData("/replica1/video/show/1.ts", TokenRefusal.Missing)]
    [InlineData("/t/x/video/show/1.ts", TokenRefusal.Malformed)]
    [InlineData("/t/1.a2.b/replica1/video/show/1.ts", TokenRefusal.Malformed)]
    [InlineData(
        "/t/1798761600.z10.AAAAAAAAAAA.0.BBBBBBBBBBB.AAAAAAAAAAAAAAAAAAAAAA/replica1/video/show/1.ts", TokenRefusal.UnknownKey)]
    [InlineData(
        "/t/1798761600.a10.AAAAAAAAAAA.0.BBBBBBBBBBB.AAAAAAAAAAAAAAAAAAAAAA/replica1/video/show/1.ts", TokenRefusal.WrongTicket)]
    [InlineData("/steering/show/1.ts", TokenRefusal.Missing)]
    [InlineData("/video/free.mp4", null)]
    [InlineData("/t/x/video/free.mp4", null)]
    [InlineData("/t/x/replica1/video/free.mp4", null)]
    public async Task Check_WithoutAGoodToken_SaysWhy(string target, TokenRefusal? refusal) =>
        Assert.Equal(refusal, (await GateAsync()).Check(target, Host, From, out _));

    [Theory]
    [InlineData("/")]
    [InlineData("/t/")]
    [InlineData("/t/x")]
    [InlineData("/t/x/api/status")]
    [InlineData("/t/x/a/b/video/c")]
    [InlineData("/video/")]
    [InlineData("/video/..%2fx")]
    public async Task Check_OfWhatIsNoVideo_Throws(string target)
    {
        var gate = await GateAsync();
        Assert.Throws<BadHttpRequestException>(() => gate.Check(target, Host, From, out _));
    }

    [Theory]
    [InlineData(RevokedKind.Jti, "one")]
    [InlineData(RevokedKind.Sub, "viewer")]
    [InlineData(RevokedKind.Kid, "h1")]
    public async Task Check_OfWhatIsRevoked_RefusesTokenAndTicket(RevokedKind kind, string value)
    {
        var gate = await GateAsync();
        var token = Token(UriContainer.ForPrefix("show/"));
        Assert.Null(gate.Check($"/t/{token}/video/show/1.ts", Host, From, out var admission));

        File.WriteAllText(_folder.Of("revoked", RevocationId.Of(kind, value)), "");

        Assert.Equal(TokenRefusal.Revoked, gate.Check($"/t/{token}/video/show/1.ts", Host, From, out _));
        Assert.Equal(TokenRefusal.Revoked, gate.Check($"{admission.Pass}/replica1/video/show/1.ts", Host, From, out _));
    }

    [Fact]
    public void Mask_HidesTokens_AndNothingElse()
    {
        Assert.Equal("/redeem/t/-/video/a.mp4", TokenMask.Hide("/redeem/t/abc.def/video/a.mp4"));
        Assert.Equal("?a=1&URISigningPackage=-&b=2", TokenMask.Hide("?a=1&URISigningPackage=abc&b=2"));
    }

    [Fact]
    public void Options_WithoutWhatTokensNeed_SayAllOfIt()
    {
        var errors = new TokenOptionsValidator().Validate(null, new TokenOptions { Guarded = _options.Guarded }).Failures!.ToList();

        Assert.Equal(2, errors.Count);
        Assert.Contains(errors, error => error.Contains("TICKET_KEYS", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.Contains("TOKEN_KEYS", StringComparison.Ordinal));
        Assert.True(new TokenOptionsValidator().Validate(null, new TokenOptions()).Succeeded);
    }

    private async Task<TokenGate> GateAsync()
    {
        await _keys.StartAsync(TestContext.Current.CancellationToken);
        var options = Options.Create(_options);
        return new TokenGate(options, _keys, new RevokedTokens(options), _time);
    }

    private string Token(string container) => new TokenSigner(TestTokens.Keys).Sign(
        new TokenClaims { Container = container, Expires = _time.GetUtcNow().AddHours(1), Id = "one", Subject = "viewer" });
}
