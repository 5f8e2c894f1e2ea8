using Cdn.Contracts.Tokens;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.Tokens;

/// <summary>
/// What is revoked: at each door a folder with a file for each, named by its <see cref="RevocationId"/>. nginx looks there
/// itself; a file that is there counts at once, at the door and here.
/// </summary>
public sealed class RevokedTokens(IOptions<TokenOptions> options)
{
    private readonly string[] _folders = [.. options.Value.RevokedFolders.Values];

    /// <summary>Whether the token of a ticket, its subject or its key is revoked.</summary>
    public bool Contain(Ticket ticket)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        return Array.Exists(_folders, folder =>
            Exists(folder, ticket.Jti) || Exists(folder, ticket.Sub) || Exists(folder, ticket.Kid));
    }

    private static bool Exists(string folder, string id) => id != RevocationId.None && File.Exists(Path.Combine(folder, id));
}
