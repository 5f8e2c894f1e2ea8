using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Cdn.Contracts.Tokens;

/// <summary>A secret of tickets.</summary>
/// <param name="Id">One letter or digit.</param>
/// <param name="Secret">The secret.</param>
public sealed record TicketKey(char Id, string Secret);

/// <summary>
/// The secrets that tickets are made with, as <c>TICKET_KEYS</c> has them: <c>id:secret</c> with spaces or commas between them.
/// The first is used for new tickets, all are accepted, so that one may take another's place while players go on.
/// </summary>
public static class TicketKeys
{
    /// <summary>What a value may be, to follow "must be".</summary>
    public const string Allowed =
        "id:secret, more of them with spaces between: an id is one of a-z and 0-9, a secret 32 to 128 of A-Z, a-z, 0-9, - and _";

    private const int MinSecretLength = 32;
    private const int MaxSecretLength = 128;

    private static readonly char[] Separators = [' ', ',', '\n', '\r', '\t'];

    private static readonly SearchValues<char> SecretCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>Reads the setting.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IReadOnlyList<TicketKey>? keys)
    {
        ArgumentNullException.ThrowIfNull(text);
        keys = null;
        var found = new List<TicketKey>();
        foreach (var entry in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            if (entry is not [var id, ':', .. var secret]
                || !(char.IsAsciiLetterLower(id) || char.IsAsciiDigit(id))
                || secret.Length is < MinSecretLength or > MaxSecretLength
                || secret.AsSpan().ContainsAnyExcept(SecretCharacters)
                || found.Exists(key => key.Id == id))
            {
                return false;
            }

            found.Add(new TicketKey(id, secret));
        }

        keys = found;
        return found.Count > 0;
    }

    /// <summary>Writes the setting.</summary>
    public static string Format(IEnumerable<TicketKey> keys) => string.Join(' ', keys.Select(key => $"{key.Id}:{key.Secret}"));
}
