using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>Settings of a scheme of <see cref="BearerKeyHandler"/>.</summary>
public sealed class BearerKeyOptions : AuthenticationSchemeOptions
{
    /// <summary>The keys of this moment.</summary>
    public Func<IReadOnlyList<BearerKey>> Keys { get; set; } = () => [];

    /// <summary>What somebody is told who does not send one.</summary>
    public string Refusal { get; set; } = "";

    /// <summary>What somebody is told whose key does not allow what was asked for.</summary>
    public string Forbidden { get; set; } = "This key does not allow that.";

    /// <summary>Hears of somebody whose key does not allow what was asked for.</summary>
    public Action<HttpContext> WhenForbidden { get; set; } = _ => { };
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

        if (BearerKey.Find(Options.Keys(), authorization[Prefix.Length..]) is not { } key)
        {
            return Task.FromResult(AuthenticateResult.Fail("The key is another one."));
        }

        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, key.Name), .. key.Roles.Select(role => new Claim(ClaimTypes.Role, role))], Scheme.Name);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
    }

    /// <inheritdoc />
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(statusCode: StatusCodes.Status401Unauthorized, detail: Options.Refusal).ExecuteAsync(Context);
    }

    /// <inheritdoc />
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        Options.WhenForbidden(Context);
        return TypedResults.Problem(statusCode: StatusCodes.Status403Forbidden, detail: Options.Forbidden).ExecuteAsync(Context);
    }
}
