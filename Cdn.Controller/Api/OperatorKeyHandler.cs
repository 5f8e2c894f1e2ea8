using System.Security.Claims;
using System.Text.Encodings.Web;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Api;

/// <summary>Knows the operator by <c>OPERATOR_KEY</c>, sent as <c>Authorization: Bearer &lt;key&gt;</c>.</summary>
internal sealed class OperatorKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> schemes, ILoggerFactory loggers, UrlEncoder encoder, IOptions<ControllerOptions> options)
    : AuthenticationHandler<AuthenticationSchemeOptions>(schemes, loggers, encoder)
{
    /// <summary>Name of the scheme, and of the policy that asks for it.</summary>
    public const string Name = "operator";

    private readonly BearerKey _key = new(options.Value.OperatorKey);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        options.Value.OperatorKey.Length > 0 && _key.IsSentBy(Request)
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, Name)], Name)), Name))
            : AuthenticateResult.NoResult());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status401Unauthorized,
            detail: "The operator's API needs the operator's key: Authorization: Bearer <key>.").ExecuteAsync(Context);
    }
}

/// <summary>The operator's key as a scheme, and a policy that asks for it.</summary>
internal static class OperatorKeyExtensions
{
    public static void AddOperatorKey(this IServiceCollection services)
    {
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, OperatorKeyHandler>(OperatorKeyHandler.Name, null);
        services.AddAuthorizationBuilder().AddPolicy(
            OperatorKeyHandler.Name, policy => policy.AddAuthenticationSchemes(OperatorKeyHandler.Name).RequireAuthenticatedUser());
    }

    /// <summary>Lets only the operator in.</summary>
    public static TBuilder RequireOperator<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder => endpoints.RequireAuthorization(OperatorKeyHandler.Name);
}
