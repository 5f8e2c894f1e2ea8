using Cdn.Contracts;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Pull;

/// <summary>Hands a request on to the origin and its answer back, for a video that the store has no room for.</summary>
internal sealed class PassThrough(OriginClient origin, IOptions<ReplicaOptions> options)
{
    private static readonly string[] Passed =
        ["Accept-Ranges", "Content-Length", "Content-Range", "Content-Type", "ETag", "Last-Modified", "Retry-After"];

    public async Task<IResult> SendAsync(VideoName name, HttpContext context)
    {
        if (options.Value.PullConcurrency == 0)
        {
            context.Response.Headers.RetryAfter = "1";
            return TypedResults.Problem(
                statusCode: StatusCodes.Status503ServiceUnavailable, detail: $"'{name}' cannot be read now, and there is nobody to ask for it.");
        }

        HttpResponseMessage answer;
        try
        {
            answer = await origin.ForwardAsync(name, context.Request, context.RequestAborted);
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutException)
        {
            return TypedResults.Problem(
                statusCode: e is TimeoutException ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway,
                detail: $"The origin cannot be asked: {e.GetBaseException().Message}");
        }

        using (answer)
        {
            var response = context.Response;
            response.StatusCode = (int)answer.StatusCode;
            response.Headers["Cache-Status"] = $"{options.Value.Name}; fwd=miss";
            foreach (var (header, values) in answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated))
            {
                if (Passed.Contains(header, StringComparer.OrdinalIgnoreCase))
                {
                    response.Headers[header] = values.ToString();
                }
            }

            if (HttpMethods.IsHead(context.Request.Method))
            {
                return TypedResults.Empty;
            }

            try
            {
                await answer.Content.CopyToAsync(response.Body, context.RequestAborted);
            }
            catch (Exception e) when (e is IOException or HttpRequestException)
            {
                context.Abort();
            }

            return TypedResults.Empty;
        }
    }
}
