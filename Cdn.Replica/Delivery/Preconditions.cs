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
    /// <summary>What may stand around a tag of a list (RFC 9110 section 5.6.1).</summary>
    private const string Blanks = " \t";

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

    /// <summary>
    /// Whether a list has the tag. It is taken apart as nginx does it: what is no tag in it is passed over, and another one may
    /// still match.
    /// </summary>
    private static bool Matches(StringValues field, string etag, bool strong)
    {
        var list = field.ToString().AsSpan();
        if (list is "*")
        {
            return true;
        }

        foreach (var one in list.Split(','))
        {
            var tag = list[one].Trim(Blanks);
            if (tag.SequenceEqual(etag) || (!strong && tag.StartsWith("W/") && tag[2..].SequenceEqual(etag)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A date of HTTP (RFC 9110 section 5.6.7). On which day of the week it was is not looked at, as nginx does not.
    /// </summary>
    private static bool TryDate(StringValues field, out DateTimeOffset date)
    {
        var text = field.ToString();
        return HeaderUtilities.TryParseDate(text, out date)
            || (text.IndexOf(", ", StringComparison.Ordinal) is >= 0 and var comma
                && HeaderUtilities.TryParseDate(text[(comma + 2)..], out date));
    }
}
