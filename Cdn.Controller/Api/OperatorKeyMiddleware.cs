using Cdn.ServiceDefaults.SharedKey;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Api;

/// <summary>
/// Lets a request to the operator's API through only with <c>OPERATOR_KEY</c>. Without one the API is not there. Its description is for
/// everybody, like its source.
/// </summary>
internal sealed class OperatorKeyMiddleware(RequestDelegate next, IOptions<ControllerOptions> options)
{
    private readonly BearerKey? _key = options.Value.OperatorKey is { Length: > 0 } key ? new BearerKey(key) : null;

    public Task InvokeAsync(HttpContext context)
    {
        if (_key is null)
        {
            return TypedResults.Problem(
                statusCode: StatusCodes.Status404NotFound, detail: "The operator's API is off: OPERATOR_KEY is not set.").ExecuteAsync(context);
        }

        if (_key.IsSentBy(context.Request) || context.Request.Path == ApiExtensions.Description)
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status401Unauthorized,
            detail: "The operator's API needs the operator's key: Authorization: Bearer <key>.").ExecuteAsync(context);
    }
}
