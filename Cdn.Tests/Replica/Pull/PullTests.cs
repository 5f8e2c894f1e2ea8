using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Pull;

[StartsProcesses]
public sealed class PullTests : IAsyncLifetime
{
    private FakeOrigin _origin = null!;
    private ReplicaProcess _replica = null!;

    public async ValueTask InitializeAsync()
    {
        _origin = await FakeOrigin.StartAsync();
        _replica = await ReplicaProcess.StartAsync(
            ("services__origin__http__0", _origin.Address), ("REPLICA_NAME", "r1"), ("NEGATIVE_SECONDS", "600"), ("CAPACITY", "50M"));
    }

    public async ValueTask DisposeAsync()
    {
        await _replica.DisposeAsync();
        await _origin.DisposeAsync();
    }

    [Fact]
    public async Task Pull_OfWhatIsNotHeld_ServesAndStoresIt()
    {
        using var first = await _replica.Service.Http.GetAsync("/video/film.mp4");
        Assert.Equal(_origin.Film, await first.Content.ReadAsByteArrayAsync());
        Assert.Equal("r1; fwd=miss; stored", Assert.Single(first.Headers.GetValues("Cache-Status")));
        await IsHeldAsync(); // The reader has not waited for the disk.

        using var second = await _replica.Service.Http.GetAsync("/video/film.mp4");
        Assert.Equal(_origin.Film, await second.Content.ReadAsByteArrayAsync());
        Assert.Equal("r1; hit", Assert.Single(second.Headers.GetValues("Cache-Status")));
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        Assert.Equal(first.Content.Headers.LastModified, second.Content.Headers.LastModified);

        Assert.Single(_origin.Asked);
        Assert.False(Assert.Single((await _replica.Service.InventoryAsync()).Videos).Pinned);
        Assert.Empty(_replica.Cache.Files("incoming"));
    }

    [Fact]
    public async Task Pull_AskedForByManyAtOnce_IsOneRequestAndRightForAll()
    {
        const int Clients = 200;
        _origin.Film = Bytes.Random(8_000_000);
        _origin.StopAt = 3_000_000; // All of them are there before it can be over.
        using var http = new HttpClient { BaseAddress = _replica.Service.Address, Timeout = TimeSpan.FromSeconds(60) };
        var idle = MemoryOf(_replica.Service);

        var answers = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ =>
            http.GetAsync("/video/film.mp4", HttpCompletionOption.ResponseHeadersRead)));
        _origin.Gate.SetResult();
        var digest = Bytes.Digest(_origin.Film);
        await Task.WhenAll(answers.Select(async answer =>
            Assert.Equal(digest, Bytes.Digest(await answer.Content.ReadAsByteArrayAsync()))));

        Assert.Single(_origin.Asked);
        Assert.Equal(Clients - 1, answers.Count(answer => answer.Headers.GetValues("Cache-Status").Single().Contains("collapsed")));
        Assert.InRange(MemoryOf(_replica.Service) - idle, 0, 150_000_000);
    }

    [Fact]
    public async Task Pull_RangeFarAhead_DoesNotWaitForTheBeginning()
    {
        _origin.Film = Bytes.Random(40_000_000);
        _origin.StopAt = 1_000_000;

        var part = await RangeAsync(39_000_000, 39_999_999);

        Assert.Equal(_origin.Film[39_000_000..], part);
        Assert.Equal(_origin.Film[..1000], await RangeAsync(0, 999));
        Assert.Equal(_origin.Film[20_000_000..20_001_000], await RangeAsync(20_000_000, 20_000_999));
        Assert.Empty((await _replica.Service.InventoryAsync()).Videos);

        _origin.Gate.SetResult();
        await IsHeldAsync();
        Assert.Equal(_origin.Film, await _replica.Service.Http.GetByteArrayAsync("/video/film.mp4"));
        Assert.InRange(_origin.Asked.Count, 2, 4); // The whole, and the blocks that were wanted early.
    }

    [Fact]
    public async Task Pull_ClientsThatLeave_DoNotStopIt()
    {
        _origin.StopAt = 500_000;
        using (var impatient = await _replica.Service.Http.GetAsync("/video/film.mp4", HttpCompletionOption.ResponseHeadersRead))
        {
            await (await impatient.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[1000]);
        }

        var other = _replica.Service.Http.GetByteArrayAsync("/video/film.mp4");
        _origin.Gate.SetResult();

        Assert.Equal(_origin.Film, await other);
        await IsHeldAsync();
        Assert.Single(_origin.Asked);
    }

    [Fact]
    public async Task Pull_BrokenOff_GoesOnWhereItWas()
    {
        (_origin.StopAt, _origin.BreaksOff) = (600_000, true);

        Assert.Equal(_origin.Film, await _replica.Service.Http.GetByteArrayAsync("/video/film.mp4"));

        Assert.Equal(2, _origin.Asked.Count);
        Assert.Matches("bytes=[1-9][0-9]*-999999", _origin.Asked.Last());
    }

    [Fact]
    public async Task Pull_OfWrongBytes_IsNeverCompleteAndNotStored()
    {
        _origin.Claimed = [1, 2, 3];

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => _replica.Service.Http.GetByteArrayAsync("/video/film.mp4"));

        await _replica.HoldsNothingAsync();
        await Eventually.TrueAsync(() => _replica.Cache.Files("incoming").Length == 0, "nothing is left of it");
        Assert.Equal(502, await StatusAsync());
        Assert.Single(_origin.Asked);
    }

    [Theory]
    [InlineData(404, 404)]
    [InlineData(500, 502)]
    [InlineData(503, 503)]
    public async Task Pull_OfWhatTheOriginDoesNotGive_IsAskedForOnce(int status, int expected)
    {
        _origin.Status = status;

        for (var i = 0; i < 5; i++)
        {
            using var response = await _replica.Service.Http.GetAsync("/video/film.mp4");
            Assert.Equal(expected, (int)response.StatusCode);
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        }

        Assert.Single(_origin.Asked);
    }

    [Fact]
    public async Task Pull_OriginAway_Is502AndServesWhatIsHeld()
    {
        await _replica.PushAsync("held.mp4", Bytes.Random(1000));
        await _origin.DisposeAsync();

        Assert.Equal(502, await StatusAsync());
        Assert.Equal(502, await StatusAsync());
        Assert.Equal(Bytes.Random(1000), await _replica.Service.Http.GetByteArrayAsync("/video/held.mp4"));
    }

    [Fact]
    public async Task Pull_KilledInTheMiddle_HoldsNothingAndGoesOnWhereItWas()
    {
        _origin.StopAt = 500_000;
        using var response = await _replica.Service.Http.GetAsync("/video/film.mp4", HttpCompletionOption.ResponseHeadersRead);
        await Eventually.TrueAsync(
            () => _replica.Cache.Files("incoming") is [var file] && new FileInfo(_replica.Cache.Of("incoming", file)).Length > 100_000, "the pull has begun");

        await _replica.Service.KillAsync();
        await _replica.Service.StartAsync();

        await _replica.HoldsNothingAsync();
        _origin.Gate.SetResult();
        Assert.Equal(_origin.Film, await _replica.Service.Http.GetByteArrayAsync("/video/film.mp4"));
        Assert.Matches("bytes=[1-9][0-9]*-999999", _origin.Asked.Last());
        await IsHeldAsync();
        Assert.Empty(_replica.Cache.Files("incoming"));
    }

    [Fact]
    public async Task Pull_RefusedWhenItIsGoneOnWith_IsTriedAgain()
    {
        (_origin.StopAt, _origin.BreaksOff, _origin.RefusedRanges) = (600_000, true, 2);

        Assert.Equal(_origin.Film, await _replica.Service.Http.GetByteArrayAsync("/video/film.mp4"));

        Assert.Equal(4, _origin.Asked.Count);
    }

    [Fact]
    public async Task Pull_ByWhoSeeksWildly_AsksTheOriginABoundedNumberOfTimes()
    {
        _origin.Film = Bytes.Random(48_000_000); // Twelve blocks.
        _origin.StopAt = 1_000_000;
        using var impatient = new HttpClient { BaseAddress = _replica.Service.Address };
        for (var i = 0; i < 60; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(20));
            using var request = new HttpRequestMessage(HttpMethod.Get, "/video/film.mp4");
            request.Headers.Range = new RangeHeaderValue((i * 777_777 % 30_000_000) + 12_000_000, null);
            await Assert.ThrowsAnyAsync<Exception>(async () => await (await impatient.SendAsync(request, stop.Token)).Content.ReadAsByteArrayAsync(stop.Token));
        }

        Assert.InRange(_origin.Asked.Count, 1, 13);
    }

    [Fact]
    public async Task Head_WithARangePassedThrough_IsWithoutARange()
    {
        _origin.Film = Bytes.Random(60_000_000); // More than the capacity.
        using var request = new HttpRequestMessage(HttpMethod.Head, "/video/film.mp4");
        request.Headers.Range = new RangeHeaderValue(0, 9);

        using var response = await _replica.Service.Http.SendAsync(request);

        Assert.Equal((HttpStatusCode.OK, 60_000_000L), (response.StatusCode, response.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task Pull_InAFullStore_EvictsWhatWasPulledAndNeverWhatWasPushed()
    {
        await _replica.PushAsync("pushed.mp4", Bytes.Random(20_000_000, seed: 2)); // Of 52,428,800.
        foreach (var name in (string[])["a", "b", "c", "d"])
        {
            _origin.Film = Bytes.Random(10_000_000, seed: name[0]);
            Assert.Equal(_origin.Film, await _replica.Service.Http.GetByteArrayAsync($"/video/{name}"));
            await Eventually.TrueAsync(async () => (await HeldAsync()).Contains(name), $"{name} is held");
            if (name == "a")
            {
                await _replica.Service.Http.GetByteArrayAsync("/video/a"); // A hit.
            }
        }

        Assert.Equal(["a", "c", "d", "pushed.mp4"], await HeldAsync());
        Assert.Equal(4, _replica.Cache.Files("objects").Length);

        // More than could ever be freed: it is passed through, and nothing goes for it.
        _origin.Film = Bytes.Random(40_000_000, seed: 9);
        using var big = await _replica.Service.Http.GetAsync("/video/big");
        Assert.Equal(_origin.Film, await big.Content.ReadAsByteArrayAsync());
        Assert.Equal("r1; fwd=miss", Assert.Single(big.Headers.GetValues("Cache-Status")));
        Assert.Equal(["a", "c", "d", "pushed.mp4"], await HeldAsync());

        // A push evicts, too.
        Assert.Equal(HttpStatusCode.NoContent, (await _replica.PushAsync("more.mp4", Bytes.Random(30_000_000, seed: 3))).StatusCode);
        Assert.Equal(["more.mp4", "pushed.mp4"], await HeldAsync());
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await _replica.PushAsync("too.mp4", Bytes.Random(5_000_000, seed: 4))).StatusCode);
    }

    [Fact]
    public async Task Push_OfWhatWasPulled_PinsItWithoutSendingItAgain()
    {
        await _replica.Service.Http.GetByteArrayAsync("/video/film.mp4");
        await IsHeldAsync();
        Assert.Equal(("?0", 1_000_000), await _replica.Service.ProgressAsync("film.mp4", _origin.Film));

        await _replica.PushAsync("film.mp4", _origin.Film, offset: _origin.Film.Length);

        Assert.True(Assert.Single((await _replica.Service.InventoryAsync()).Videos).Pinned);
        Assert.Equal(("?1", 1_000_000), await _replica.Service.ProgressAsync("film.mp4", _origin.Film));
    }

    [Fact]
    public async Task Purge_OfWhatIsBeingRead_LetsTheReaderFinish()
    {
        _origin.Film = Bytes.Random(20_000_000);
        await _replica.Service.Http.GetByteArrayAsync("/video/film.mp4");
        await IsHeldAsync();
        using var reader = await _replica.Service.Http.GetAsync("/video/film.mp4", HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(HttpStatusCode.NoContent, (await _replica.Service.Authorized.DeleteAsync("/cache_video/film.mp4")).StatusCode);

        await _replica.HoldsNothingAsync();
        Assert.Equal(_origin.Film, await reader.Content.ReadAsByteArrayAsync());
    }

    private async Task<string[]> HeldAsync() =>
        [.. (await _replica.Service.InventoryAsync()).Videos.Select(video => video.Name.Value)];

    /// <summary>Anybody can ask for anything, and so would fill the store of a replica that it chooses.</summary>
    [Fact]
    public async Task Pull_OfTooManyNamesForOneAddress_Is429ForThatAddressAlone()
    {
        await using var replica = await ReplicaProcess.StartAsync(
            ("services__origin__http__0", _origin.Address), ("LIMIT_PULLS", "0.1"));
        _origin.Status = 404;

        Assert.Equal([404, 404, 404, 429], await ManyAsync("192.0.2.1"));
        Assert.Equal(404, await AskAsync("known", "192.0.2.2"));
        Assert.Equal(404, await AskAsync("known", "192.0.2.1")); // Remembered: the origin is not asked.

        async Task<IEnumerable<int>> ManyAsync(string client)
        {
            var statuses = new List<int>();
            for (var i = 0; i < 100 && !statuses.Contains(429); i++)
            {
                statuses.Add(await AskAsync($"{i}.ts", client));
            }

            return [.. statuses.Take(3), statuses[^1]]; // Three at once, and one more every ten seconds.
        }

        async Task<int> AskAsync(string name, string client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/video/{name}");
            request.Headers.Add(CdnHeaders.Client, client);
            using var response = await replica.Service.Http.SendAsync(request);
            Assert.Equal((int)response.StatusCode == 429, response.Headers.RetryAfter is not null);
            return (int)response.StatusCode;
        }
    }

    private Task IsHeldAsync() => Eventually.TrueAsync(
        async () => (await _replica.Service.InventoryAsync()).Videos.Length == 1, "the pull is complete");

    private async Task<int> StatusAsync() => (int)(await _replica.Service.Http.GetAsync("/video/film.mp4")).StatusCode;

    private async Task<byte[]> RangeAsync(int first, int last)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/video/film.mp4");
        request.Headers.Range = new RangeHeaderValue(first, last);
        using var response = await _replica.Service.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static long MemoryOf(ServiceProcess service)
    {
        using var process = Process.GetProcessById(service.ProcessId);
        return process.WorkingSet64;
    }
}
