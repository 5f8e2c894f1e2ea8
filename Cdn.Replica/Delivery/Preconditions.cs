using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Cdn.Replica.Delivery;

/// <summary>What the conditions of a request lead to.</summary>
internal enum Precondition
{
    /// <summary>Answer it.</summary>
    Passed,

    /// <summary>304.</summary>
    NotModified,

    /// <summary>412.</summary>
    Failed,
}

/// <summary>The conditions of a request, in the order of RFC 9110 section 13.2.2.</summary>
internal static class Preconditions
{
    public static Precondition Evaluate(IHeaderDictionary request, string etag, DateTimeOffset lastModified)
    {
        if (request.IfMatch.Count > 0)
        {
            if (!Matches(request.IfMatch, etag, strong: true))
            {
                return Precondition.Failed;
            }
        }
        else if (TryDate(request.IfUnmodifiedSince, out var unmodifiedSince) && lastModified > unmodifiedSince)
        {
            return Precondition.Failed;
        }

        if (request.IfNoneMatch.Count > 0)
        {
            return Matches(request.IfNoneMatch, etag, strong: false) ? Precondition.NotModified : Precondition.Passed;
        }

        return TryDate(request.IfModifiedSince, out var modifiedSince) && lastModified <= modifiedSince
            ? Precondition.NotModified
            : Precondition.Passed;
    }

    /// <summary>Whether the part that is asked for belongs to this version (<c>If-Range</c>, section 13.1.5); else the whole is sent.</summary>
    public static bool AllowsRange(IHeaderDictionary request, string etag, DateTimeOffset lastModified)
    {
        var condition = request.IfRange.ToString();
        return condition.Length == 0
            || (condition.EndsWith('"') ? condition == etag : TryDate(condition, out var date) && date == lastModified);
    }

    private static bool Matches(StringValues field, string etag, bool strong)
    {
        if (field.ToString().Trim() == "*")
        {
            return true;
        }

        var own = EntityTagHeaderValue.Parse(etag);
        return EntityTagHeaderValue.TryParseList([field.ToString()], out var tags) && tags.Any(tag => tag.Compare(own, useStrongComparison: strong));
    }

    private static bool TryDate(StringValues field, out DateTimeOffset date) => HeaderUtilities.TryParseDate(field.ToString(), out date);
}
