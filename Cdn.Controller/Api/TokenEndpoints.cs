using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Cdn.Controller.Tokens;
using Cdn.ServiceDefaults.Tokens;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Api;

/// <summary>Links for guests, and what is revoked, by an operator.</summary>
internal static class TokenEndpoints
{
    /// <summary>Longest life of a link: ten years.</summary>
    private const double MaxSeconds = 10 * 366 * 86_400.0;

    /// <summary>Longest value that can be revoked: 1,024 characters.</summary>
    private const int MaxValueLength = 1024;

    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        api.MapPost("/tokens", Sign)
            .WithSummary("Make a link for one video, or for all below a prefix")
            .WithDescription("""
                Give one of name and prefix, and seconds. sub: whom it is for. ip: the one client's address, or a prefix of it. The
                answer has the path to put behind the CDN's address; to that of a prefix the rest of a name is added.
                """);
        api.MapPost("/tokens/revoke", Revoke)
            .WithSummary("Revoke a token (jti), all of somebody (sub), or all of a key (kid); answers with a receipt per door")
            .WithDescription("""
                until: when the last token that it could hit ends; then it is forgotten. Tickets that were given for them are
                refused, too.
                """);
        api.MapGet("/tokens/revoked", List).WithSummary("What is revoked, the latest first");
        api.MapDelete("/tokens/revoked", Lift).WithSummary("Lift what was revoked: jti, sub or kid");
    }

    private static Results<Ok<TokenAnswer>, ProblemHttpResult> Sign(
        TokenRequestBody body, TokenKeyFile keyFile, IOptions<TokenOptions> options, TimeProvider time)
    {
        if (!options.Value.Guarded.IsOn)
        {
            return Problem(StatusCodes.Status409Conflict, "TOKENS is off: nobody would ask for a link.");
        }

        if (body.Name is null == body.Prefix is null)
        {
            return Problem(StatusCodes.Status400BadRequest, "Give exactly one of name and prefix.");
        }

        if (body.Seconds is not (>= 1 and <= MaxSeconds))
        {
            return Problem(StatusCodes.Status400BadRequest, $"seconds must be from 1 to {MaxSeconds}.");
        }

        var keys = keyFile.Keys;
        if (keys.Signing is not { } key)
        {
            return Problem(StatusCodes.Status409Conflict, "No key of TOKEN_KEYS can sign: all of them are public.");
        }

        try
        {
            var claims = new TokenClaims
            {
                Container = body.Name is { } name ? UriContainer.ForName(name) : UriContainer.ForPrefix(body.Prefix!),
                Expires = (body.NotBefore ?? time.GetUtcNow()).AddSeconds(body.Seconds),
                NotBefore = body.NotBefore,
                Subject = body.Sub,
                ClientAddress = body.Ip,
                Id = Guid.NewGuid().ToString("N"),
            };
            var token = new TokenSigner(keys).Sign(claims);
            return TypedResults.Ok(new TokenAnswer(PathFor(body, token), token, claims.Id, key.Id, claims.Expires.Value));
        }
        catch (ArgumentException e)
        {
            return Problem(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    private static string PathFor(TokenRequestBody body, string token) => body.Name is { } name
        ? $"{Routes.For(Routes.Video, name)}?{TokenSigner.QueryParameter}={token}"
        : $"{Routes.Token}{token}{Routes.Video}{VideoName.Parse(body.Prefix + "x").ToUrlPath()[..^1]}";

    private static Results<Ok<RevokeReport>, ProblemHttpResult> Revoke(RevokeRequest request, Revocations revocations)
    {
        if (Which(request.Jti, request.Sub, request.Kid) is not var (kind, value))
        {
            return BadSelector();
        }

        return !revocations.HasDoors ? NoDoor()
            : revocations.Add(kind, value, request.Until) is { } receipts
                ? TypedResults.Ok(new RevokeReport(kind, value, receipts))
                : Problem(
                    StatusCodes.Status409Conflict,
                    $"{Limits.MaxRevocations:N0} are revoked already: lift some, or revoke their key.");
    }

    private static Ok<RevokedAnswer> List(Revocations revocations) => TypedResults.Ok(new RevokedAnswer(revocations.List()));

    private static Results<Ok<RevokeReport>, ProblemHttpResult> Lift(
        string? jti, string? sub, string? kid, Revocations revocations)
    {
        if (Which(jti, sub, kid) is not var (kind, value))
        {
            return BadSelector();
        }

        return revocations.Lift(kind, value) is { } receipts
            ? TypedResults.Ok(new RevokeReport(kind, value, receipts))
            : Problem(StatusCodes.Status404NotFound, "It is not revoked.");
    }

    private static (RevokedKind Kind, string Value)? Which(string? jti, string? sub, string? kid) => (jti, sub, kid) switch
    {
        ({ Length: > 0 and <= MaxValueLength }, null, null) => (RevokedKind.Jti, jti),
        (null, { Length: > 0 and <= MaxValueLength }, null) => (RevokedKind.Sub, sub),
        (null, null, { Length: > 0 and <= MaxValueLength }) => (RevokedKind.Kid, kid),
        _ => null,
    };

    private static ProblemHttpResult BadSelector() =>
        Problem(
            StatusCodes.Status400BadRequest, $"Give exactly one of jti, sub and kid, of at most {MaxValueLength} characters.");

    private static ProblemHttpResult NoDoor() =>
        Problem(
            StatusCodes.Status409Conflict,
            "No door is known here at which something could be revoked: REVOKED__(door) is not set.");

    private static ProblemHttpResult Problem(int status, string detail) =>
        TypedResults.Problem(statusCode: status, detail: detail);
}
