using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Microsoft.AspNetCore.Http;

namespace Cdn.ServiceDefaults.Tokens;

/// <summary>
/// What a request that nginx hands on asks for: <c>[/t/(pass)][/(replica)]/video/(name)[?(query)]</c>, or <c>/steering/</c> in
/// place of <c>/video/</c>.
/// </summary>
/// <param name="Pass">What stands after <c>/t/</c>: a token, a ticket, or both; null if nothing does.</param>
/// <param name="Package">The token in the query; null if there is none.</param>
/// <param name="Route"><see cref="Routes.Video"/> or <see cref="Routes.Steering"/>.</param>
/// <param name="Name">The video.</param>
/// <param name="EscapedName">The same as it came.</param>
/// <param name="Query">The query without the token, with its question mark; or nothing.</param>
internal readonly record struct AskedFor(
    string? Pass, string? Package, string Route, VideoName Name, string EscapedName, string Query)
{
    private const string InQuery = TokenSigner.QueryParameter + "=";

    /// <summary>Reads the path and query as they came.</summary>
    /// <exception cref="BadHttpRequestException">They name no video.</exception>
    public static AskedFor Parse(string target)
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        var (package, query) = question < 0 ? (null, "") : Split(target[(question + 1)..]);
        string? pass = null;
        if (path.StartsWith(Routes.Token, StringComparison.Ordinal))
        {
            var end = path.IndexOf('/', Routes.Token.Length);
            pass = end < 0 ? path[Routes.Token.Length..] : path[Routes.Token.Length..end];
            path = end < 0 ? "" : path[end..];
        }

        if (RouteOf(path) is null && path.IndexOf('/', Math.Min(1, path.Length)) is > 0 and var behindReplica)
        {
            path = path[behindReplica..];
        }

        if (RouteOf(path) is not { } route)
        {
            throw new BadHttpRequestException("There is nothing here.", StatusCodes.Status404NotFound);
        }

        var escaped = path[route.Length..];
        return VideoName.TryParseEscaped(escaped, out var name, out var error)
            ? new AskedFor(pass, package, route, name, escaped, query)
            : throw new BadHttpRequestException(error);
    }

    private static string? RouteOf(string path) =>
        path.StartsWith(Routes.Video, StringComparison.Ordinal) ? Routes.Video
        : path.StartsWith(Routes.Steering, StringComparison.Ordinal) ? Routes.Steering
        : null;

    private static (string? Package, string Query) Split(string query)
    {
        var parts = query.Split('&');
        var rest = string.Join('&', parts.Where(part => !part.StartsWith(InQuery, StringComparison.Ordinal)));
        var package = Array.Find(parts, part => part.StartsWith(InQuery, StringComparison.Ordinal));
        return (package?[InQuery.Length..], rest.Length == 0 ? "" : "?" + rest);
    }
}
