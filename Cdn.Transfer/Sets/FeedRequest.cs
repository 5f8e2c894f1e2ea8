using System.Globalization;
using Cdn.Contracts;
using Microsoft.AspNetCore.Http;

namespace Cdn.Transfer.Sets;

/// <summary>How a reader asks for a feed: where it is, and how long it waits if there is nothing new.</summary>
/// <param name="Cursor">Where it is.</param>
/// <param name="Wait">How long it waits; at most <see cref="Limits.MaxFeedWaitSeconds"/>.</param>
public readonly record struct FeedRequest(FeedCursor Cursor, TimeSpan Wait)
{
    /// <summary>
    /// Called by the framework for a handler's parameter of this type. What is missing or makes no sense means "from the
    /// beginning".
    /// </summary>
    public static ValueTask<FeedRequest> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var query = context.Request.Query;
        var set = query["set"].ToString();
        var cursor = set.Length > 0 && long.TryParse(query["revision"], NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? new FeedCursor(set, revision, int.TryParse(query["bucket"], NumberStyles.None, CultureInfo.InvariantCulture, out var bucket) ? bucket : null)
            : FeedCursor.Start;
        cursor = cursor with { Known = KnownOf(query["known"].ToString()) };
        _ = double.TryParse(query["wait"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var wait);
        return ValueTask.FromResult(new FeedRequest(cursor, TimeSpan.FromSeconds(Math.Min(wait, Limits.MaxFeedWaitSeconds))));

        static FeedPart? KnownOf(string text) =>
            text.Split('-') is [var first, var end, var digest]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            && new BucketRange(from, to) is { IsValid: true } buckets
                ? new FeedPart(buckets, digest)
                : null;
    }

    /// <summary>Waits until a question has an answer, or as long as the reader wants to; then with none.</summary>
    /// <param name="next">What to wait for when there is none; taken before each try, so that nothing falls between.</param>
    /// <param name="tryAnswer">Asks again; null if there is no answer yet.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">The reader has gone, or the service stops.</param>
    public async Task<T?> AnswerAsync<T>(Func<Task> next, Func<T?> tryAnswer, TimeProvider time, CancellationToken cancellationToken)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(tryAnswer);
        ArgumentNullException.ThrowIfNull(time);
        var asked = time.GetTimestamp();
        while (true)
        {
            var changed = next();
            if (tryAnswer() is { } answer)
            {
                return answer;
            }

            var left = Wait - time.GetElapsedTime(asked);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            try
            {
                await changed.WaitAsync(left, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }
}
