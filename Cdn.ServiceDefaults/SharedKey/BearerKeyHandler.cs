using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>Settings of a scheme of <see cref="BearerKeyHandler"/>.</summary>
public sealed class BearerKeyOptions : AuthenticationSchemeOptions
{
    /// <summary>The key.</summary>
    public string Key { get; set; } = "";

    /// <summary>What somebody is told who does not send it.</summary>
    public string Refusal { get; set; } = "";
}

/// <summary>
/// Authentication by a key that whoever knows it sends as <c>Authorization: Bearer &lt;key&gt;</c> (RFC 6750). Both sides are
/// hashed first, so that the comparison takes the same time whatever was sent.
/// </summary>
public sealed class BearerKeyHandler(IOptionsMonitor<BearerKeyOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<BearerKeyOptions>(options, logger, encoder)
{
    private const string Prefix = "Bearer ";

    /// <inheritdoc />
    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var authorization = Request.Headers.Authorization.ToString();
        if (!authorization.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }

        var isRight = Options.Key.Length > 0
            && CryptographicOperations.FixedTimeEquals(Hash(authorization[Prefix.Length..]), Hash(Options.Key));
        return Task.FromResult(isRight
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Scheme.Name)), Scheme.Name))
            : AuthenticateResult.Fail("The key is another one."));
    }

    /// <inheritdoc />
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(statusCode: StatusCodes.Status401Unauthorized, detail: Options.Refusal).ExecuteAsync(Context);
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
