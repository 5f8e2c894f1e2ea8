using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// What a token is exchanged for: a keyed hash that nginx checks itself, in the path of what is delivered, so that relative
/// addresses of playlists inherit it (<c>nginx/tokens.conf</c> has the other half; decisions/0016).
/// <code>
/// 1798761600.a21.(jti).(sub).(kid).(hash)
/// the end    │││   what it can be revoked by
///            ││└ 1: for one client's address only
///            │└ how many folders of the name it opens everything below of; e: this one name
///            └ the secret's id
/// </code>
/// </summary>
/// <param name="Expires">The end, in seconds since 1970.</param>
/// <param name="Folders">How many folders of the name it opens everything below of; null: exactly this name.</param>
/// <param name="IsBound">Whether it is for one client's address only.</param>
/// <param name="Jti">Hash of the token's <c>jti</c>; see <see cref="RevocationId"/>.</param>
/// <param name="Sub">Hash of its <c>sub</c>.</param>
/// <param name="Kid">Hash of its <c>kid</c>.</param>
public sealed record Ticket(long Expires, int? Folders, bool IsBound, string Jti, string Sub, string Kid)
{
    /// <summary>Most folders that a ticket can open everything below of: 9, one digit.</summary>
    public const int MaxFolders = 9;

    /// <summary>How long the ticket of a token without an end is good: a day.</summary>
    public static readonly TimeSpan WithoutEnd = TimeSpan.FromDays(1);

    private const char ExactScope = 'e';
    private const int HashLength = 22; // 16 bytes in base64url.

    /// <summary>The ticket for a token. It ends when the token does, so that nobody is cut off in the middle of a film.</summary>
    /// <param name="token">The token.</param>
    /// <param name="name">What was asked for.</param>
    /// <param name="baseUri">Scheme, host and <c>/video/</c>, as the token's container was matched with.</param>
    /// <param name="now">The time.</param>
    public static Ticket For(VerifiedToken token, VideoName name, string baseUri, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(token);
        var claims = token.Claims;
        return new Ticket(
            (claims.Expires ?? now + WithoutEnd).ToUnixTimeSeconds(),
            FoldersOpen(token.Container, name, baseUri),
            claims.ClientAddress is not null,
            RevocationId.Of(RevokedKind.Jti, claims.Id),
            RevocationId.Of(RevokedKind.Sub, claims.Subject),
            RevocationId.Of(RevokedKind.Kid, token.KeyId));
    }

    /// <summary>Writes it for a name.</summary>
    /// <param name="name">What was asked for.</param>
    /// <param name="client">The client's address, as nginx writes it.</param>
    /// <param name="keys">The secrets; the first is used.</param>
    public string Write(VideoName name, string client, IReadOnlyList<TicketKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var key = keys[0];
        var scope = Folders is { } folders ? (char)('0' + folders) : ExactScope;
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{Expires}.{key.Id}{scope}{(IsBound ? 1 : 0)}.{Jti}.{Sub}.{Kid}");
        return $"{text}.{Base64Url.EncodeToString(Hash(name, client, key)!)}";
    }

    /// <summary>Reads one that was written for this name, or for a folder above it, and for this client if it is bound.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static TokenRefusal? Read(
        string text, VideoName name, string client, IReadOnlyList<TicketKey> keys, DateTimeOffset now, out Ticket? ticket)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(keys);
        ticket = null;
        if (!TryParse(text, out var parsed, out var id, out var hash))
        {
            return TokenRefusal.Malformed;
        }

        if (keys.FirstOrDefault(key => key.Id == id) is not { } key)
        {
            return TokenRefusal.UnknownKey;
        }

        if (parsed.Hash(name, client, key) is not { } right || !CryptographicOperations.FixedTimeEquals(right, hash))
        {
            return TokenRefusal.WrongTicket;
        }

        ticket = parsed;
        return parsed.Expires < now.ToUnixTimeSeconds() ? TokenRefusal.Expired : null;
    }

    private static bool TryParse(string text, [NotNullWhen(true)] out Ticket? ticket, out char key, out byte[] hash)
    {
        (ticket, key, hash) = (null, default, []);
        if (text.Split('.') is not
            [var end, [var id, var scope, var bound], var jti, var sub, var kid, { Length: HashLength } hashText]
            || !long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var expires)
            || !(scope == ExactScope || char.IsAsciiDigit(scope))
            || bound is not ('0' or '1')
            || !StrictText.TryDecode(hashText, out hash))
        {
            return false;
        }

        key = id;
        ticket = new Ticket(expires, scope == ExactScope ? null : scope - '0', bound == '1', jti, sub, kid);
        return true;
    }

    /// <summary>
    /// As nginx has it (<c>secure_link_md5</c>): the secret stands at both ends, so that the hash of a longer text cannot be had
    /// from that of a shorter one.
    /// </summary>
    private byte[]? Hash(VideoName name, string client, TicketKey key)
    {
        if (Within(name.Value) is not { } within)
        {
            return null;
        }

        var address = IsBound ? client : "";
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{key.Secret}|{Expires}|{within}|{Jti}|{Sub}|{Kid}|{address}|{key.Secret}");
#pragma warning disable CA5351 // It is what nginx has. A keyed hash does not fall with the collisions of MD5: see decisions/0016.
        return MD5.HashData(Encoding.UTF8.GetBytes(text));
#pragma warning restore CA5351
    }

    /// <summary>What it opens: <c>2 show/season1/</c>, or <c>e film.mp4</c>; null if the name does not lie that deep.</summary>
    private string? Within(string name)
    {
        if (Folders is not { } folders)
        {
            return $"{ExactScope} {name}";
        }

        var end = 0;
        for (var i = 0; i < folders; i++)
        {
            var slash = name.IndexOf('/', end);
            if (slash < 0)
            {
                return null;
            }

            end = slash + 1;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{folders} {name.AsSpan(0, end)}");
    }

    /// <summary>The highest folder of the name below which the token opens everything.</summary>
    private static int? FoldersOpen(UriContainer container, VideoName name, string baseUri)
    {
        var segments = name.ToUrlPath().Split('/');
        var folder = baseUri;
        for (var folders = 0; folders < segments.Length && folders <= MaxFolders; folders++)
        {
            if (container.CoversFolder(folder))
            {
                return folders;
            }

            folder += segments[folders] + "/";
        }

        return null;
    }
}
