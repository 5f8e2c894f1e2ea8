using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Cdn.Contracts.Tokens;

/// <summary>What can be revoked.</summary>
public enum RevokedKind
{
    /// <summary>One token, by its <c>jti</c>.</summary>
    Jti,

    /// <summary>All tokens of somebody, by their <c>sub</c>.</summary>
    Sub,

    /// <summary>All tokens of a key, by its <c>kid</c>.</summary>
    Kid,
}

/// <summary>
/// How tickets and the doors name what can be revoked: 11 characters of a hash, so that it is a file name and says nothing of
/// what it stands for. Of a million revoked ones and a million others, two are the same once in ten million times (64 bits).
/// </summary>
public static class RevocationId
{
    /// <summary>Characters of an id.</summary>
    public const int Length = 11;

    /// <summary>Stands for what a token does not have. It is no id.</summary>
    public const string None = "0";

    /// <summary>The id of a value; <see cref="None"/> for null.</summary>
    public static string Of(RevokedKind kind, string? value) => value is null
        ? None
        : Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind} {value}")))[..Length];
}
