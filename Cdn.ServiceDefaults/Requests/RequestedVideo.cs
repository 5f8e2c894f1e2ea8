using System.Reflection;
using Cdn.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Cdn.ServiceDefaults.Requests;

/// <summary>
/// The video that a request names. It is read from the request line as it came, because the server's own path is already
/// decoded in part (<c>%2F</c> is left alone) and has its dot segments removed: what a client tried would not be seen.
/// </summary>
/// <param name="Name">The parsed name; a bad one was answered with 400 before the handler ran.</param>
public readonly record struct RequestedVideo(VideoName Name)
{
    /// <summary>Called by the framework for a handler's parameter of this type, on a route <c>/prefix/{**video}</c>.</summary>
    /// <exception cref="BadHttpRequestException">The name breaks a rule; the message says which.</exception>
    public static ValueTask<RequestedVideo> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(Of(context));
    }

    /// <summary>The same for a handler that is called with nothing but the request.</summary>
    /// <exception cref="BadHttpRequestException">The name breaks a rule; the message says which.</exception>
    public static RequestedVideo Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var pattern = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.RawText!;
        var prefix = pattern[..pattern.IndexOf('{', StringComparison.Ordinal)];
        var path = PathOf(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        if (!path.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw new BadHttpRequestException($"The path must start with {prefix} as it is written here.");
        }

        return VideoName.TryParseEscaped(path[prefix.Length..], out var name, out var error)
            ? new RequestedVideo(name)
            : throw new BadHttpRequestException(error);
    }

    /// <summary>The path of a request target in origin form or absolute form (RFC 9112 section 3.2), without the query.</summary>
    private static string PathOf(string target)
    {
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? target : target[..end];
        if (path.StartsWith('/'))
        {
            return path;
        }

        var authority = path.IndexOf("://", StringComparison.Ordinal);
        var slash = authority < 0 ? -1 : path.IndexOf('/', authority + 3);
        return slash < 0 ? "/" : path[slash..];
    }
}
