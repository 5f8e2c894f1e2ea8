using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>Marks an endpoint that only the other services of this CDN may call.</summary>
internal sealed class SharedKeyRequired;

/// <summary>
/// Lets a request to a marked endpoint through only with <c>Authorization: Bearer &lt;shared key&gt;</c> (RFC 6750), before
/// anything of it is parsed. Both sides are hashed first, so that the comparison takes the same time whatever was sent.
/// </summary>
internal sealed class SharedKeyMiddleware(RequestDelegate next, IOptions<SharedKeyOptions> options)
{
    private const string Scheme = "Bearer ";

    private readonly byte[] _expected = SHA256.HashData(Encoding.UTF8.GetBytes(options.Value.Key));

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<SharedKeyRequired>() is null
            || IsAuthorized(context.Request.Headers.Authorization.ToString()))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status401Unauthorized,
            detail: "This call needs the key that the services of this CDN share.").ExecuteAsync(context);
    }

    private bool IsAuthorized(string authorization)
    {
        var sent = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..] : "";
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent)), _expected);
    }
}
