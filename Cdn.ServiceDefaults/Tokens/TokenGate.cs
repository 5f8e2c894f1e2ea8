using System.Net;
using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.Tokens;

/// <summary>Somebody who may have what he asks for.</summary>
/// <param name="Route"><see cref="Routes.Video"/> or <see cref="Routes.Steering"/>.</param>
/// <param name="Name">The video.</param>
/// <param name="Pass">What to put before the path that he is sent to: <c>/t/(ticket)</c>; nothing if the video needs no
/// token.</param>
/// <param name="Query">The query without the token, with its question mark; or nothing.</param>
/// <param name="HasNewTicket">Whether the ticket was made now; else he came with it.</param>
public readonly record struct Admission(string Route, VideoName Name, string Pass, string Query, bool HasNewTicket);

/// <summary>
/// Who may have what: verifies tokens, and gives tickets for them. The same in every controller and every replica, so that it
/// makes no difference who is asked.
/// </summary>
public sealed class TokenGate(IOptions<TokenOptions> options, TokenKeyFile keys, RevokedTokens revoked, TimeProvider time)
{
    /// <summary>
    /// Between a ticket and the token that it was made for, where the ticket alone does not open all that the token does.
    /// </summary>
    private const char Separator = '~';

    /// <summary>Whether somebody may have what he asks for.</summary>
    /// <param name="target">Path and query as nginx hands them on.</param>
    /// <param name="host">Host and port as the client has them.</param>
    /// <param name="client">The client's address as nginx writes it.</param>
    /// <param name="admission">What he may have.</param>
    /// <returns>Why not; null if he may.</returns>
    /// <exception cref="Microsoft.AspNetCore.Http.BadHttpRequestException">The target names no video.</exception>
    public TokenRefusal? Check(string target, string host, string client, out Admission admission)
    {
        ArgumentNullException.ThrowIfNull(target);
        admission = default;
        var asked = AskedFor.Parse(target);
        if (!options.Value.Guarded.Contains(asked.Name))
        {
            admission = new Admission(asked.Route, asked.Name, "", asked.Query, HasNewTicket: false);
            return null;
        }

        if ((asked.Pass ?? asked.Package) is not { Length: > 0 } pass)
        {
            return TokenRefusal.Missing;
        }

        TokenRefusal? refusal = null;
        var token = pass;
        if (asked.Pass is not null && char.IsAsciiDigit(pass[0]))
        {
            var parts = pass.Split(Separator, 2);
            refusal = CheckTicket(parts[0], asked.Name, client);
            if (refusal is null)
            {
                admission = new Admission(asked.Route, asked.Name, Routes.Token + pass, asked.Query, HasNewTicket: false);
                return null;
            }

            token = parts.Length == 2 ? parts[1] : "";
        }

        return token.Length == 0 ? refusal : Redeem(token, asked, host, client, out admission);
    }

    private TokenRefusal? CheckTicket(string text, VideoName name, string client) =>
        Ticket.Read(text, name, client, options.Value.TicketKeys, time.GetUtcNow(), out var ticket)
        ?? (revoked.Contain(ticket!) ? TokenRefusal.Revoked : null);

    private TokenRefusal? Redeem(string token, AskedFor asked, string host, string client, out Admission admission)
    {
        admission = default;
        var start = $"https://{host}{Routes.Video}";
        var now = time.GetUtcNow();
        var request = new TokenRequest(Forms(start, asked), IPAddress.TryParse(client, out var address) ? address : null);
        if (TokenVerifier.Verify(token, request, keys.Keys, now, out var verified) is { } refusal)
        {
            return refusal;
        }

        var ticket = Ticket.For(verified!, asked.Name, start, now);
        if (revoked.Contain(ticket))
        {
            return TokenRefusal.Revoked;
        }

        var written = ticket.Write(asked.Name, client, options.Value.TicketKeys);
        var pass = ticket.Folders is null && !verified!.Container.IsOneVideo ? $"{written}{Separator}{token}" : written;
        admission = new Admission(asked.Route, asked.Name, Routes.Token + pass, asked.Query, HasNewTicket: true);
        return null;
    }

    /// <summary>
    /// The address as it came, and with all escaped that may be. What stands in the query does not choose what is delivered; so
    /// it may be signed, and need not be.
    /// </summary>
    private static List<string> Forms(string start, AskedFor asked)
    {
        List<string> paths = [start + asked.Name.ToUrlPath()];
        if (!paths[0].EndsWith(asked.EscapedName, StringComparison.Ordinal))
        {
            paths.Add(start + asked.EscapedName);
        }

        return asked.Query.Length == 0 ? paths : [.. paths, .. paths.Select(path => path + asked.Query)];
    }
}
