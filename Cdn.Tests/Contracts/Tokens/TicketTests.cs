using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using CsCheck;
using static Cdn.Tests.Contracts.Tokens.TestTokens;

namespace Cdn.Tests.Contracts.Tokens;

public sealed class TicketTests
{
    private const string Base = "https://cdn.example/video/";
    private const string From = "192.0.2.7";

    private static readonly IReadOnlyList<TicketKey> Secrets = [new('b', new string('n', 32)), new('a', new string('o', 32))];
    private static readonly VideoName Playlist = VideoName.Parse("show/s1/master.m3u8");

    [Theory]
    [InlineData("regex:[^:]+://[^/]+/video/show/s1/.*", 2)]
    [InlineData("regex:[^:]+://[^/]+/video/show/.*", 1)]
    [InlineData("regex:.*", 0)]
    [InlineData("regex:https://cdn[.]example/video/(show|film)/.*", 1)]
    [InlineData(@"regex:[^:]+://[^/]+/video/show/s1/[^/]*\.(m3u8|ts)", null)]
    [InlineData("regex:[^:]+://[^/]+/video/show/s1/m.*", null)]
    [InlineData("regex:https://cdn.example/video/show/s1/|https://cdn.example/video/show/s1/m.*", null)]
    [InlineData("regex:(https://cdn.example/video/show/s1/|x.*)?master.m3u8|https.*", null)]
    [InlineData(@"regex:https://cdn.example/video/show/s1/$.*|.*m3u8", null)]
    [InlineData(@"regex:https://cdn.example/video/show/s1/\b.*", null)]
    public void For_AContainer_OpensTheFolderThatIsProven(string container, int? folders) =>
        Assert.Equal(folders, Make(Claims with { Container = container }).Folders);

    [Fact]
    public void Read_BelowItsFolder_IsGood_AndNowhereElse()
    {
        var ticket = Make(Claims).Write(Playlist, From, Secrets);

        Assert.Null(Read(ticket, "show/s1/master.m3u8"));
        Assert.Null(Read(ticket, "show/s1/720p/1.ts"));
        Assert.Null(Read(ticket, "show/s1/x", from: "203.0.113.1"));
        Assert.Equal(TokenRefusal.WrongTicket, Read(ticket, "show/s2/1.ts"));
        Assert.Equal(TokenRefusal.WrongTicket, Read(ticket, "show/s1"));
        Assert.Equal(TokenRefusal.WrongTicket, Read(ticket, "show/s1x/1.ts"));
    }

    [Fact]
    public void Read_OfOneName_IsForThatName()
    {
        var ticket = Make(Claims with { Container = UriContainer.ForName(Playlist) }).Write(Playlist, From, Secrets);

        Assert.Null(Read(ticket, Playlist.Value));
        Assert.Equal(TokenRefusal.WrongTicket, Read(ticket, "show/s1/other"));
    }

    [Fact]
    public void Read_OfABoundOne_IsForThatClient()
    {
        var ticket = Make(Claims with { ClientAddress = "192.0.2.0/24" }).Write(Playlist, From, Secrets);

        Assert.Null(Read(ticket, Playlist.Value));
        Assert.Equal(TokenRefusal.WrongTicket, Read(ticket, Playlist.Value, from: "192.0.2.8"));
    }

    [Fact]
    public void Read_EndsWithItsToken()
    {
        var ticket = Make(Claims).Write(Playlist, From, Secrets);

        Assert.Null(Read(ticket, Playlist.Value, Claims.Expires!.Value.AddSeconds(-1)));
        Assert.Equal(TokenRefusal.Expired, Read(ticket, Playlist.Value, Claims.Expires.Value.AddSeconds(1)));
    }

    [Fact]
    public void Read_OfAnOlderSecret_IsGood_AndOfOneThatIsGoneIsNot()
    {
        var ticket = Make(Claims).Write(Playlist, From, [Secrets[1]]);

        Assert.Null(Read(ticket, Playlist.Value));
        Assert.Equal(TokenRefusal.UnknownKey, Ticket.Read(ticket, Playlist, From, [Secrets[0]], Now, out _));
    }

    [Fact]
    public void Mutated_Never_IsRead()
    {
        var good = Make(Claims).Write(Playlist, From, Secrets);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Char["0123456789abcdefgABCDEFG.-_~e"]).Sample((at, with) =>
        {
            var ticket = string.Concat(good.AsSpan(0, at), [with], good.AsSpan(at + 1));
            return ticket == good || Read(ticket, Playlist.Value) is not null;
        });
    }

    private static Ticket Make(TokenClaims claims)
    {
        Assert.Null(TokenVerifier.Verify(
            Sign(claims), new TokenRequest([Base + Playlist.ToUrlPath()], Client), Keys, Now, out var verified));
        return Ticket.For(verified!, Playlist, Base, Now);
    }

    private static TokenRefusal? Read(string ticket, string name, DateTimeOffset? at = null, string from = From) =>
        Ticket.Read(ticket, VideoName.Parse(name), from, Secrets, at ?? Now, out _);
}
