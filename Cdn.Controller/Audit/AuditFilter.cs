using System.Security.Claims;
using Cdn.Contracts;
using Cdn.Controller.Trust;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Controller.Audit;

/// <summary>Records every change that an operator makes, in whichever endpoint: what began, and how it was answered.</summary>
internal sealed class AuditFilter(AuditLog audit, EdgeClaims claims) : IEndpointFilter
{
    /// <summary>The status of who went before the answer, as nginx has it; there is no other.</summary>
    private const int ClientClosedRequest = 499;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var who = NameOf(http);
        var number = audit.Begin(who, claims.Client(http), Describe(http, context.Arguments));
        try
        {
            var result = await next(context);
            var answer = result is INestedHttpResult nested ? nested.Result : result;
            audit.End(number, who, (answer as IStatusCodeHttpResult)?.StatusCode ?? StatusCodes.Status200OK, OutcomeOf(answer));
            return result;
        }
        catch (Exception e)
        {
            var status = e switch
            {
                BadHttpRequestException bad => bad.StatusCode,
                OperationCanceledException => ClientClosedRequest,
                _ => StatusCodes.Status500InternalServerError,
            };
            audit.End(number, who, status, e.Message);
            throw;
        }
    }

    /// <summary>Records what somebody may not do who is an operator all the same.</summary>
    public void Refused(HttpContext http)
    {
        var who = NameOf(http);
        audit.End(
            audit.Begin(who, claims.Client(http), Describe(http, [])),
            who,
            StatusCodes.Status403Forbidden,
            "The key does not allow it.");
    }

    private static string NameOf(HttpContext http) => http.User.FindFirstValue(ClaimTypes.Name) ?? "?";

    private static string Describe(HttpContext http, IList<object?> arguments)
    {
        var call = $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}";
        return arguments switch
        {
            _ when arguments.OfType<PurgeRequest>().FirstOrDefault() is { } purge =>
                $"{call} {purge.What}{(purge.Refill ? "" : ", no refill")}{(purge.Block ? ", block" : "")}",
            _ when arguments.OfType<IAudited>().FirstOrDefault() is { } audited => $"{call} {audited.Describe()}",
            _ => call,
        };
    }

    private static string? OutcomeOf(object? answer) => answer switch
    {
        ProblemHttpResult problem => problem.ProblemDetails.Detail,
        IValueHttpResult { Value: IAudited audited } => audited.Describe(),
        _ => null,
    };
}
