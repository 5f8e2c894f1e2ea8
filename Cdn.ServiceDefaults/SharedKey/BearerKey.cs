using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>A key that somebody may come with.</summary>
/// <param name="Name">Whose it is.</param>
/// <param name="Roles">What it allows.</param>
/// <param name="Hash">Its SHA-256: nobody needs to keep more of it.</param>
public sealed record BearerKey(string Name, ImmutableArray<string> Roles, ImmutableArray<byte> Hash)
{
    /// <summary>A key in the clear.</summary>
    public static BearerKey Of(string name, string key, params ImmutableArray<string> roles) =>
        new(name, roles, [.. HashOf(key)]);

    /// <summary>
    /// The key that somebody came with; null if it is none of these. It takes the same time whichever it is, if any.
    /// </summary>
    public static BearerKey? Find(IEnumerable<BearerKey> keys, string key)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var hash = HashOf(key);
        BearerKey? found = null;
        foreach (var one in keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, one.Hash.AsSpan()) ? one : found;
        }

        return found;
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
