using System.Diagnostics;

namespace Cdn.Tests.Infrastructure;

/// <summary>Waits for what must become true, however slow the machine is, and says what did not.</summary>
public static class Eventually
{
    /// <summary>Time that anything may take: 60 s. It is a bound for a broken test, not a claim about speed.</summary>
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? atMost = null)
    {
        var started = Stopwatch.GetTimestamp();
        string? failure = null;
        while (Stopwatch.GetElapsedTime(started) < (atMost ?? AtMost))
        {
            try
            {
                if (await condition())
                {
                    return;
                }

                failure = null;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                failure = e.Message;
            }

            await Task.Delay(AskEvery, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"It did not come true that {what}. {failure}");
    }

    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);
}
