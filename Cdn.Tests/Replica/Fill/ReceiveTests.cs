using System.Net;
using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Fill;

[StartsProcesses]
public class ReceiveTests
{
    [Fact]
    public async Task Push_Whole_IsHeldUnderObjectAndName()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(700_000);

        using var response = await replica.PushAsync("shows/1/film.mp4", film);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        var digest = Bytes.Digest(film).ToString();
        Assert.Equal([Path.Combine(digest[..2], digest)], replica.Cache.Files("objects"));
        Assert.Equal(["shows/1/film.mp4"], replica.Cache.Files("names"));
        Assert.Empty(replica.Cache.Files("incoming"));
        Assert.Equal((UnixFileMode)0b100_100_100, replica.Cache.ModeOf("names", "shows/1/film.mp4"));
        Assert.Equal(film, File.ReadAllBytes(replica.Cache.Of("names", "shows/1/film.mp4")));
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5), File.GetLastWriteTimeUtc(replica.Cache.Of("names", "shows/1/film.mp4")));
        var held = Assert.Single((await replica.Service.InventoryAsync()).Videos);
        Assert.Equal(new HeldVideo(VideoName.Parse("shows/1/film.mp4"), film.Length, Bytes.Digest(film), Pinned: true), held);
        var answer = await replica.Service.Http.GetFromJsonAsync("/is_cached/shows/1/film.mp4", WireJson.Default.IsCachedAnswer);
        Assert.Equal(new IsCachedAnswer(true, film.Length, Bytes.Digest(film)), answer);
    }

    [Fact]
    public async Task Push_FlippedByte_Is422AndLeavesNothing()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(300_000);
        var flipped = (byte[])film.Clone();
        flipped[150_000] ^= 1;

        using var response = await replica.PushAsync("a.mp4", flipped, claimed: film);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        await replica.HoldsNothingAsync();
        Assert.Empty(replica.Cache.Files("incoming"));
    }

    [Fact]
    public async Task Push_CutInHalf_CannotBeServedAndResumes()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(600_000);

        var kept = await replica.SendHalfAsync("a.mp4", film, 300_000);
        await replica.HoldsNothingAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await replica.Service.Http.GetAsync("/video/a.mp4")).StatusCode);

        using var rest = await replica.PushAsync("a.mp4", film, offset: kept);
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        Assert.Equal(film, await replica.Service.Http.GetByteArrayAsync("/video/a.mp4"));
    }

    [Fact]
    public async Task Push_ResumedOverKill9_IsWhole()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(600_000);
        var kept = await replica.SendHalfAsync("a.mp4", film, 300_000);

        await replica.Service.KillAsync();
        await replica.Service.StartAsync();

        Assert.InRange(kept, 262_144, 300_000);
        Assert.Equal(("?0", kept), await replica.Service.ProgressAsync("a.mp4", film));
        using var rest = await replica.PushAsync("a.mp4", film, offset: kept);
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        Assert.Equal(film, await replica.Service.Http.GetByteArrayAsync("/video/a.mp4"));
    }

    [Fact]
    public async Task Push_ResumedOnDamagedBeginning_Is422AndStartsAnew()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(600_000);
        var kept = await replica.SendHalfAsync("a.mp4", film, 300_000);
        var partial = replica.Cache.Of("incoming", Bytes.Digest(film).ToString());
        await using (var file = new FileStream(partial, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = 1000;
            file.WriteByte((byte)(film[1000] ^ 1));
        }

        using var rest = await replica.PushAsync("a.mp4", film, offset: kept);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, rest.StatusCode);
        await replica.HoldsNothingAsync();
        Assert.Equal(("?0", 0), await replica.Service.ProgressAsync("a.mp4", film));
        using var again = await replica.PushAsync("a.mp4", film);
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
    }

    [Fact]
    public async Task Push_WrongOffset_Is409WithTheRightOne()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(1000);

        using var response = await replica.PushAsync("a.mp4", film, offset: 500);

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("0", response.Headers.GetValues(CdnHeaders.UploadOffset).Single());
        await replica.HoldsNothingAsync();
    }

    [Fact]
    public async Task Push_WrongLengths_AreRefused()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(1000);

        using (var tooLong = Wire.Push("a.mp4", film))
        {
            tooLong.Headers.Add(CdnHeaders.UploadLength, "999");
            Assert.Equal(HttpStatusCode.BadRequest, (await replica.Service.Authorized.SendAsync(tooLong)).StatusCode);
        }

        using (var negative = Wire.Push("a.mp4", film))
        {
            negative.Headers.Add(CdnHeaders.UploadOffset, "-5");
            Assert.Equal(HttpStatusCode.BadRequest, (await replica.Service.Authorized.SendAsync(negative)).StatusCode);
        }

        using (var chunked = Wire.Push("a.mp4", film))
        {
            chunked.Headers.TransferEncodingChunked = true;
            Assert.Equal(HttpStatusCode.LengthRequired, (await replica.Service.Authorized.SendAsync(chunked)).StatusCode);
        }

        using (var noDigest = Wire.Push("a.mp4", film))
        {
            noDigest.Headers.Remove(CdnHeaders.ReprDigest);
            Assert.Equal(HttpStatusCode.BadRequest, (await replica.Service.Authorized.SendAsync(noDigest)).StatusCode);
        }

        // The right digest of the whole, but only the first half of it.
        using var shortBody = await replica.PushAsync("a.mp4", film[..500], claimed: film);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, shortBody.StatusCode);

        await replica.HoldsNothingAsync();
        Assert.Empty(replica.Cache.Files("incoming"));
    }

    [Fact]
    public async Task Push_BadName_Is400AndTouchesNothing()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var before = replica.Cache.Files();
        foreach (var name in (string[])
            ["../x", "a/../x", "%2e%2e%2fx", "%2E%2E/x", "a//x", "a%5cx", "x%00", "x%0d%0ay", "%ff", "", new string('x', 2000)])
        {
            var status = await Wire.SendRawAsync(
                replica.Service.Address,
                $"PUT /cache_video/{name} HTTP/1.1\r\nHost: replica\r\n" +
                $"Authorization: Bearer {ServiceProcess.Key}\r\nContent-Length: 0\r\n" +
                $"Repr-Digest: {Bytes.Digest([]).ToReprDigest()}");

            Assert.True(status is 400 or 404, $"{name}: {status}");
            await replica.HoldsNothingAsync();
            Assert.Equal(before, replica.Cache.Files());
        }
    }

    [Fact]
    public async Task Change_WithoutOrWithAnotherKey_Is401()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        foreach (var method in (string[])["PUT", "POST", "DELETE"])
        {
            foreach (var key in (string?[])[null, "", "wrong", ServiceProcess.Key + "x"])
            {
                using var request = Wire.Push("a.mp4", Bytes.Random(100));
                request.Method = new HttpMethod(method);
                request.Headers.TryAddWithoutValidation("Authorization", key is null ? null : $"Bearer {key}");
                using var response = await replica.Service.Http.SendAsync(request);
                Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            }
        }

        await replica.HoldsNothingAsync();
        Assert.DoesNotContain(ServiceProcess.Key, replica.Service.Log);
    }

    [Fact]
    public async Task Push_BeyondCapacity_Is507BeforeTheFirstByte()
    {
        await using var replica = await ReplicaProcess.StartAsync(("CAPACITY", "1M"));
        Assert.Equal(HttpStatusCode.NoContent, (await replica.PushAsync("a.mp4", Bytes.Random(700_000, seed: 1))).StatusCode);

        using var tooMuch = await replica.PushAsync("b.mp4", Bytes.Random(700_000, seed: 2));
        Assert.Equal(HttpStatusCode.InsufficientStorage, tooMuch.StatusCode);
        Assert.Contains("1048576", await tooMuch.Content.ReadAsStringAsync());
        Assert.Empty(replica.Cache.Files("incoming"));

        using var purge = await replica.Service.Authorized.DeleteAsync("/cache_video/a.mp4");
        Assert.Equal(HttpStatusCode.NoContent, purge.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await replica.PushAsync("b.mp4", Bytes.Random(700_000, seed: 2))).StatusCode);
    }

    [Fact]
    public async Task Push_ThatStalls_IsGivenUpAndLeavesWhatItBrought()
    {
        await using var replica = await ReplicaProcess.StartAsync(("RECEIVE_STALL", "1"));
        var film = Bytes.Random(1_000_000);

        var status = await Wire.SendRawAsync(
            replica.Service.Address,
            $"PUT /cache_video/a.mp4 HTTP/1.1\r\nHost: replica\r\nAuthorization: Bearer {ServiceProcess.Key}\r\n" +
            $"Content-Length: {film.Length}\r\nRepr-Digest: {Bytes.Digest(film).ToReprDigest()}",
            film[..600_000]);

        Assert.Equal(408, status);
        Assert.Contains("Nothing came for 1 s", replica.Service.Log);
        Assert.Equal(("?0", 600_000), await replica.Service.ProgressAsync("a.mp4", film));
        using var rest = await replica.PushAsync("a.mp4", film, offset: 600_000);
        Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
    }

    [Fact]
    public async Task Push_SameContentManyTimesAtOnce_IsStoredOnce()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(500_000);

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => replica.PushAsync($"{i}.mp4", film)));

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.NoContent, response.StatusCode));
        Assert.Equal(8, (await replica.Service.InventoryAsync()).Videos.Length);
        Assert.Single(replica.Cache.Files("objects"));
    }
}
