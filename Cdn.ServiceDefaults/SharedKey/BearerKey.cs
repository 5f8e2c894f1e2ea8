using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>
/// A key that whoever knows it sends as <c>Authorization: Bearer &lt;key&gt;</c> (RFC 6750). Both sides are hashed first, so that the
/// comparison takes the same time whatever was sent.
/// </summary>
public sealed class BearerKey(string key)
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Whether a request brings the key.</summary>
    public bool IsSentBy(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var authorization = request.Headers.Authorization.ToString();
        var sent = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..] : "";
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), _expected);
    }
}
