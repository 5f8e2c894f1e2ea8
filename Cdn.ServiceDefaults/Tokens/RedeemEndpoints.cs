using System.Diagnostics.Metrics;
using System.Text;
using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Cdn.ServiceDefaults.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.Tokens;

/// <summary>
/// What nginx asks with tokens on: it hands on what it cannot check itself, with <see cref="Routes.Redeem"/> before the path, and
/// what it has refused, with <see cref="Routes.Refused"/>, for somebody to say why.
/// </summary>
public static class RedeemEndpoints
{
    /// <summary>Registers the settings of tokens, and who decides by them.</summary>
    public static void AddTokens(this IServiceCollection services)
    {
        services.AddSettings<TokenOptions, TokenOptionsValidator>(TokenOptions.Bind);
        services.AddSingleton<TokenKeyFile>();
        services.AddHostedService(provider => provider.GetRequiredService<TokenKeyFile>());
        services.AddSingleton<RevokedTokens>();
        services.AddSingleton<TokenGate>();
        services.AddSingleton<TokenMetrics>();
    }

    /// <summary>Maps both, whether tokens are on or not: with tokens off nginx has no way here.</summary>
    /// <param name="endpoints">The service.</param>
    /// <param name="admitted">Answers who is let in, mostly with a redirect.</param>
    public static void MapRedeem(this IEndpointRouteBuilder endpoints, Func<HttpContext, Admission, Task> admitted)
    {
        ArgumentNullException.ThrowIfNull(admitted);
        string[] methods = [HttpMethods.Get, HttpMethods.Head];
        endpoints.MapMethods(Routes.Redeem + "/{**target}", methods, context => AnswerAsync(context, Routes.Redeem, admitted));
        endpoints.MapMethods(
            Routes.Refused + "/{**target}", methods, context => AnswerAsync(context, Routes.Refused, AdmitAfterAll));

        Task AdmitAfterAll(HttpContext context, Admission admission) =>
            admission is { HasNewTicket: false, Pass.Length: > 0 } ? DoorIsBehind(context) : admitted(context, admission);
    }

    private static async Task AnswerAsync(HttpContext context, string prefix, Func<HttpContext, Admission, Task> admitted)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw new BadHttpRequestException($"The path must start with {prefix} as it is written here.");
        }

        context.Response.Headers.CacheControl = "no-store";
        var gate = context.RequestServices.GetRequiredService<TokenGate>();
        var client = context.Request.Headers[CdnHeaders.Client].ToString();
        var refusal = gate.Check(target[prefix.Length..], context.Request.Host.Value ?? "", client, out var admission);
        if (refusal is null)
        {
            await admitted(context, admission);
            return;
        }

        context.RequestServices.GetRequiredService<TokenMetrics>().Refused(refusal.Value);
        await TypedResults.Problem(
            statusCode: TokenRefusals.StatusOf(refusal.Value),
            detail: TokenRefusals.Explain(refusal.Value),
            extensions: [new("reason", NameOf(refusal.Value))]).ExecuteAsync(context);
    }

    /// <summary>The ticket is good, and nginx does not know its secret yet, or still sees a revocation that was lifted.</summary>
    private static Task DoorIsBehind(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "1";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status503ServiceUnavailable,
            detail: "This door does not know the ticket yet.").ExecuteAsync(context);
    }

    /// <summary>The reason as programs read it: <c>not-yet-valid</c>.</summary>
    internal static string NameOf(TokenRefusal refusal)
    {
        var name = new StringBuilder();
        foreach (var one in refusal.ToString())
        {
            name.Append(char.IsAsciiLetterUpper(one) && name.Length > 0 ? "-" : "").Append(char.ToLowerInvariant(one));
        }

        return name.ToString();
    }
}

/// <summary>Who was turned away.</summary>
internal sealed class TokenMetrics
{
    private readonly Counter<long> _refused;

    public TokenMetrics(IMeterFactory meters) => _refused = meters.Create("Cdn.Tokens").CreateCounter<long>(
        "cdn.tokens.refused", "{request}", "Requests that were refused for their token, by reason.");

    public void Refused(TokenRefusal why) =>
        _refused.Add(1, new KeyValuePair<string, object?>("cdn.reason", RedeemEndpoints.NameOf(why)));
}
