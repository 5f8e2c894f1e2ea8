using System.Net;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>
/// Clients that go on asking for videos and follow redirects while something is done to the CDN. Every body is compared with
/// the original. A body that was cut off in mid-flight is asked for once more, and then has to be whole.
/// </summary>
internal sealed class Viewers
{
    private readonly CdnApp _cdn;
    private readonly (string Name, byte[] Bytes)[] _videos;
    private readonly List<string> _failures = [];
    private readonly Task _watching;
    private int _served;
    private volatile bool _enough;

    public Viewers(CdnApp cdn, int viewers, params (string Name, byte[] Bytes)[] videos)
    {
        (_cdn, _videos) = (cdn, videos);
        _watching = Task.WhenAll(Enumerable.Range(0, viewers).Select(WatchAsync));
    }

    /// <summary>Videos that were received whole so far.</summary>
    public int Served => Volatile.Read(ref _served);

    /// <summary>Waits until so many more videos were received.</summary>
    public Task SeeAsync(int more)
    {
        var target = Served + more;
        return Eventually.TrueAsync(() => Served >= target, $"viewers see {more} more videos");
    }

    /// <summary>Lets the viewers finish, and asserts that none of them had anything to complain about.</summary>
    public async Task HadNoFailureAsync()
    {
        _enough = true;
        await _watching;
        Assert.True(_failures.Count == 0, string.Join('\n', _failures.Take(20)));
        Assert.True(Served > 0);
    }

    private async Task WatchAsync(int viewer)
    {
        using var client = _cdn.CreateClient();
        for (var turn = viewer; !_enough; turn++)
        {
            var (name, bytes) = _videos[turn % _videos.Length];
            var failure = await AskAsync(client, name, bytes);
            if (failure is { WasCutOff: true })
            {
                failure = await AskAsync(client, name, bytes);
            }

            if (failure is not null)
            {
                lock (_failures)
                {
                    _failures.Add($"{name}: {failure.Reason}");
                }
            }
            else
            {
                Interlocked.Increment(ref _served);
            }

            await Task.Delay(5);
        }
    }

    private static async Task<Failure?> AskAsync(HttpClient client, string name, byte[] bytes)
    {
        HttpResponseMessage response;
        try
        {
            response = await client.GetAsync("/video/" + name, HttpCompletionOption.ResponseHeadersRead);
        }
        catch (HttpRequestException e)
        {
            return new Failure($"no answer: {e.Message}", WasCutOff: false);
        }

        using (response)
        {
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return new Failure($"status {(int)response.StatusCode} from {response.RequestMessage!.RequestUri}", WasCutOff: false);
            }

            try
            {
                var received = await response.Content.ReadAsByteArrayAsync();
                return bytes.AsSpan().SequenceEqual(received)
                    ? null
                    : new Failure("other bytes", WasCutOff: false);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                return new Failure($"cut off: {e.Message}", WasCutOff: true);
            }
        }
    }

    private sealed record Failure(string Reason, bool WasCutOff);
}
