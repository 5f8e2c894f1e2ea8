using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>
/// Lets a request through only with <c>Authorization: Bearer &lt;shared key&gt;</c> (RFC 6750). Both sides are hashed first,
/// so that the comparison takes the same time whatever the length and content of what was sent.
/// </summary>
internal sealed class SharedKeyFilter(IOptions<SharedKeyOptions> options) : IEndpointFilter
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(options.Value.Key));

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (IsAuthorized(context.HttpContext.Request.Headers.Authorization.ToString()))
        {
            return await next(context);
        }

        context.HttpContext.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status401Unauthorized,
            detail: "This call needs the key that the services of this CDN share.");
    }

    private bool IsAuthorized(string authorization)
    {
        var sent = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..] : "";
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), _expected);
    }
}
