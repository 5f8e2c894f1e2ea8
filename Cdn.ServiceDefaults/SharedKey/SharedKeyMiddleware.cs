using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.SharedKey;

/// <summary>Marks an endpoint that only the other services of this CDN may call.</summary>
internal sealed class SharedKeyRequired;

/// <summary>Lets a request to a marked endpoint through only with the shared key, before anything of it is parsed.</summary>
internal sealed class SharedKeyMiddleware(RequestDelegate next, IOptions<SharedKeyOptions> options)
{
    private readonly BearerKey _key = new(options.Value.Key);

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<SharedKeyRequired>() is null || _key.IsSentBy(context.Request))
        {
            return next(context);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem(
            statusCode: StatusCodes.Status401Unauthorized,
            detail: "This call needs the key that the services of this CDN share.").ExecuteAsync(context);
    }
}
