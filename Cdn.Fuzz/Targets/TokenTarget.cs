using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Cdn.ServiceDefaults.Tokens;
using Microsoft.AspNetCore.Http;

namespace Cdn.Fuzz.Targets;

/// <summary>
/// A letter that says what the rest is: a token (<c>t</c>), header and payload of one that is signed here, a line each
/// (<c>s</c>), a ticket (<c>k</c>), a key set (<c>j</c>), or what is asked for (<c>a</c>). Nobody is let in by what was not
/// signed, and a ticket opens nothing that its token does not.
/// </summary>
internal static class TokenTarget
{
    private const string Secret = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
    private const string BaseUri = "https://cdn.example" + Routes.Video;
    private const string Client = "192.0.2.7";

    private static readonly TokenKeySet Keys = TokenKeySet.Parse(
        $$"""
        {"aud": "cdn", "keys": [
          {"kty": "oct", "kid": "h1", "k": "{{Secret}}"},
          {"kty": "oct", "kid": "c1", "use": "enc", "k": "4uFxxV7fhNmrtiah2d1fFg"}]}
        """);

    private static readonly TicketKey[] TicketKeys = [new('a', "abcdefghijklmnopqrstuvwxyz0123456789")];
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static readonly VideoName[] Names = Array.ConvertAll(
        ["show/s1/a.ts", "show/s1/b.ts", "show/s2/a.ts", "show/x.ts", "other/a.ts", "a.ts", "show/s1/d/e.ts"], VideoName.Parse);

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        var text = Encoding.UTF8.GetString(input, 1, input.Length - 1);
        switch ((char)input[0])
        {
            case 't':
                Claim.That(Verify(text, Names[0], out _) is not null, "what was not signed is refused");
                break;
            case 's':
                Signed(text);
                break;
            case 'k':
                Claim.That(!IsOpenedBy(text, Names[0]), "what was not written is refused");
                break;
            case 'j':
                var areKeys = TokenKeySet.TryParse(text, out _, out var errors);
                Claim.That(areKeys == (errors.Count == 0), "there are keys, or reasons");
                break;
            case 'a':
                Asked(text);
                break;
        }
    }

    private static void Signed(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0)
        {
            return;
        }

        var signed = $"{Encode(text[..end])}.{Encode(text[(end + 1)..])}";
        var hash = HMACSHA256.HashData(Base64Url.DecodeFromChars(Secret), Encoding.ASCII.GetBytes(signed));
        var token = $"{signed}.{Base64Url.EncodeToString(hash)}";
        foreach (var name in Names)
        {
            if (Verify(token, name, out var verified) is null)
            {
                OpensNoMore(verified!, name);
            }
        }
    }

    private static void OpensNoMore(VerifiedToken token, VideoName name)
    {
        Claim.That(token.Claims.Expires is null || token.Claims.Expires > Now, "it has not ended");
        var ticket = Ticket.For(token, name, BaseUri, Now);
        var written = ticket.Write(name, Client, TicketKeys);
        Claim.That(
            Ticket.Read(written, name, Client, TicketKeys, Now, out var read) is null && read == ticket, "its ticket is good");
        foreach (var other in Names.Where(other => IsOpenedBy(written, other)))
        {
            Claim.That(token.Container.Matches(BaseUri + other.ToUrlPath()), "its ticket opens no more than it does");
        }
    }

    private static bool IsOpenedBy(string ticket, VideoName name) =>
        Ticket.Read(ticket, name, Client, TicketKeys, Now, out _) is null;

    private static void Asked(string text)
    {
        try
        {
            var asked = AskedFor.Parse(text);
            Claim.That(asked.Name.Value.Length > 0, "a video is asked for");
        }
        catch (BadHttpRequestException)
        {
            // It says why.
        }
    }

    private static TokenRefusal? Verify(string token, VideoName name, out VerifiedToken? verified) => TokenVerifier.Verify(
        token, new TokenRequest([BaseUri + name.ToUrlPath()], IPAddress.Parse(Client)), Keys, Now, out verified);

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
