using System.Text;
using Cdn.Contracts;
using Cdn.Controller.Steering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Cdn.Fuzz.Targets;

/// <summary>
/// A query: what a player says in it makes sense or is left out, and what a redirect repeats of it is a query, and the same when
/// it comes back. And the target of a request: what is looked up without being parsed is what parsing finds.
/// </summary>
internal static class SteeringTarget
{
    public static void Run(byte[] input)
    {
        var query = Encoding.Latin1.GetString(input);
        var question = SteeringQuestion.Read(new QueryCollection(QueryHelpers.ParseQuery(query)));
        Claim.That(question.BitsPerSecond is null or (> 0 and <= 1e12), "a rate can be one");
        Claim.That(question.Pathways.All(pathway => pathway.Trim('"').Length > 0), "a pathway has a name");

        var redirected = Redirected(Routes.Video + "x?" + query, null);
        Claim.That(redirected.All(one => one is > ' ' and <= '~' and not ('"' or '<' or '#')), "a redirect's query is one");
        Claim.That(Redirected(Routes.Video + "x" + redirected, null) == redirected, "it stays as it is");
        Claim.That(Redirected(Routes.Video + "x", query) == redirected, "it is the same when nginx says it in a header");

        if (PlainTarget.TryRead(Routes.Video + query, out var plain))
        {
            var name = query.Split('?')[0];
            var isName = VideoName.TryParseEscaped(name, out var parsed, out _);
            Claim.That(!isName || plain.IsFor(parsed), "a plain name is the parsed one");
        }
    }

    private static string Redirected(string target, string? header)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[CdnHeaders.Query] = header;
        var query = RequestQuery.Of(context, target);
        var isPlain = RequestQuery.IsPlain(context, target);
        Claim.That(!isPlain || target.EndsWith(query, StringComparison.Ordinal), "what is plain is repeated as it is");
        return query;
    }
}
