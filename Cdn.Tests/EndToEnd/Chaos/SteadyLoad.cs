using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd.Chaos;

/// <summary>
/// Clients that begin 200 requests a second whatever happens to those before, follow redirects, and compare every body with the
/// original. One that was cut off in mid-flight is asked for once more, and then has to be whole.
/// </summary>
internal sealed class SteadyLoad : IAsyncDisposable
{
    /// <summary>Requests that may be under way: 400, two seconds' worth. A machine that cannot keep up begins fewer.</summary>
    private const int AtOnce = 400;

    /// <summary>Connections to the edge; a browser has one, so these are as many viewers.</summary>
    private const int Clients = 8;

    /// <summary>200 a second.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(5);

    private readonly (string Name, byte[] Bytes)[] _videos;
    private readonly HttpClient[] _clients;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly Task _pace;
    private Outcome _now = new("before");

    public SteadyLoad(CdnApp cdn, params (string Name, byte[] Bytes)[] videos)
    {
        (_videos, _clients) = (videos, [.. Enumerable.Range(0, Clients).Select(_ => cdn.CreateClient())]);
        _pace = PaceAsync();
    }

    /// <summary>What happened, event by event.</summary>
    public List<Outcome> Outcomes { get; } = [];

    /// <summary>Does something under load, waits until it is over and for another second, and notes what the requests begun meanwhile came to.</summary>
    public async Task DuringAsync(string what, Func<Task> action)
    {
        var outcome = new Outcome(what);
        var started = Stopwatch.GetTimestamp();
        Volatile.Write(ref _now, outcome);
        await action();
        await Task.Delay(TimeSpan.FromSeconds(1));
        Volatile.Write(ref _now, new Outcome("between"));
        outcome.Took = Stopwatch.GetElapsedTime(started);
        await Eventually.TrueAsync(() => outcome.IsSettled, $"the requests during '{what}' have ended");
        Outcomes.Add(outcome);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _pace;
        await Task.WhenAll(_running.Keys);
        _end.Dispose();
        _slots.Dispose();
    }

    private async Task PaceAsync()
    {
        using var timer = new PeriodicTimer(Every);
        for (var turn = 0; !_end.IsCancellationRequested; turn++)
        {
            await timer.WaitForNextTickAsync();
            if (await _slots.WaitAsync(0))
            {
                var request = RequestAsync(_clients[turn % Clients], _videos[turn % _videos.Length], Volatile.Read(ref _now));
                _running[request] = true;
                _ = request.ContinueWith(ended => _running.TryRemove(ended, out _), TaskScheduler.Default);
            }
        }
    }

    private async Task RequestAsync(HttpClient client, (string Name, byte[] Bytes) video, Outcome outcome)
    {
        outcome.Begin();
        var started = Stopwatch.GetTimestamp();
        try
        {
            var (failure, wasCut) = await AskAsync(client, video.Name, video.Bytes);
            if (wasCut)
            {
                outcome.Cut();
                (failure, _) = await AskAsync(client, video.Name, video.Bytes);
            }

            outcome.End(Stopwatch.GetElapsedTime(started), failure is null ? null : $"{video.Name}: {failure}");
        }
        finally
        {
            _slots.Release();
        }
    }

    private static async Task<(string? Failure, bool WasCut)> AskAsync(HttpClient client, string name, byte[] bytes)
    {
        HttpResponseMessage response;
        try
        {
            response = await client.GetAsync("/video/" + name, HttpCompletionOption.ResponseHeadersRead);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return ($"no answer: {e.Message}", false);
        }

        using (response)
        {
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return ($"{(int)response.StatusCode} from {response.RequestMessage!.RequestUri!.AbsolutePath}", false);
            }

            try
            {
                return Bytes.Digest(await response.Content.ReadAsByteArrayAsync()) == Bytes.Digest(bytes) ? (null, false) : ("other bytes", false);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                return ($"cut off: {e.Message}", true);
            }
        }
    }
}
