using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.AppHost.Limiting;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.AppHost.Limiting;

/// <summary>What one address may take of a real nginx, and that others do not notice.</summary>
[StartsProcesses]
public sealed class DoorTests
{
    private const string Attacker = "127.0.0.1";
    private const string Viewer = "127.0.0.2";

    public DoorTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "needs nginx, and /proc");

    /// <summary>
    /// Ten devices of one household, each of which has seven requests under way and begins with 60 small ones, as for previews.
    /// </summary>
    [Fact]
    public async Task Household_WithTheDefaults_MeetsNoLimit()
    {
        await using var door = await Door.OpenAsync(new EdgeLimits());

        await Task.WhenAll(Enumerable.Range(0, 10).Select(async _ =>
        {
            var device = door.ClientAt(Attacker);
            await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => PlayAsync(device, Door.Small, null)));
            await Task.WhenAll(Enumerable.Range(0, 7).Select(async stream =>
            {
                for (var segment = 0; segment < 3; segment++)
                {
                    await PlayAsync(device, Door.Film, stream + segment);
                }
            }));
        }));

        static async Task PlayAsync(HttpClient device, string path, int? segment)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version20 };
            request.Headers.Range = segment is { } number ? new(number << 20, ((number + 1) << 20) - 1) : null;
            using var answer = await device.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode}");
            Assert.Equal(segment is null ? 1000 : 1 << 20, (await answer.Content.ReadAsByteArrayAsync()).Length);
        }
    }

    [Fact]
    public async Task Requests_MoreThanAllowed_Are429ForThatAddressAlone()
    {
        await using var door = await Door.OpenAsync(new EdgeLimits { Requests = 1 });
        var client = door.ClientAt(Attacker);

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => client.GetAsync(Door.Small)));

        var refused = answers.Where(answer => answer.StatusCode != HttpStatusCode.OK).ToList();
        Assert.InRange(refused.Count, 1, 30 - 6); // One, and a burst of five.
        await IsRefusalAsync(refused[0], 429, retryAfter: 1, "Your address has too many requests.");
        Assert.Equal(HttpStatusCode.OK, (await door.ClientAt(Viewer).GetAsync(Door.Small)).StatusCode);
        await door.HasLoggedAsync("requests");
    }

    /// <summary>As issue 14 has it: one address that reads nothing costs at most 64 MB, and nobody else anything.</summary>
    [Fact]
    public async Task Connections_ThatNobodyReads_AreBoundedWithTheirMemory()
    {
        await using var door = await Door.OpenAsync(new EdgeLimits());
        var before = door.WorkerMemory();

        var statuses = await door.HoldAsync(Attacker, 200);

        Assert.Equal([(200, 80), (429, 120)], statuses.CountBy(status => status).Select(group => (group.Key, group.Value)));
        Assert.InRange(door.WorkerMemory() - before, 0, 64_000_000);
        using var more = await door.ClientAt(Attacker).GetAsync(Door.Small);
        await IsRefusalAsync(more, 429, retryAfter: 1, "Your address has too many connections.");
        Assert.Equal(HttpStatusCode.OK, (await door.ClientAt(Viewer).GetAsync(Door.Small)).StatusCode);
        await door.HasLoggedAsync("connections");
    }

    [Fact]
    public async Task Total_ThreeQuartersInUse_IsForThoseWhoWatch()
    {
        await using var door = await Door.OpenAsync(new EdgeLimits { Total = 8 });
        var viewer = door.ClientAt(Viewer);
        using var before = await viewer.GetAsync("/video/small.ts");
        Assert.Equal(HttpStatusCode.BadGateway, before.StatusCode); // Let in, and nobody is behind the door.

        Assert.Equal(Enumerable.Repeat(200, 6), await door.HoldAsync(Attacker, 6));

        using var newcomer = await viewer.GetAsync("/video/small.ts");
        await IsRefusalAsync(newcomer, 503, retryAfter: 5, "As many requests are under way as this door takes.");
        Assert.Equal(HttpStatusCode.OK, (await viewer.GetAsync(Door.Small)).StatusCode);
        await door.HasLoggedAsync("overload");

        Assert.Equal([200, 200, 503], await door.HoldAsync(Attacker, 3));
    }

    /// <summary>A reader that takes nothing, or next to it, holds its place no longer than a player may pause.</summary>
    [Fact]
    public async Task Pause_LongerThanAllowed_GivesUpItsPlace()
    {
        await using var door = await Door.OpenAsync(new EdgeLimits { Connections = 1, PauseSeconds = 1 });

        Assert.Equal([200], await door.HoldAsync(Attacker, 1));
        await Eventually.TrueAsync(
            async () => (await door.HoldAsync(Attacker, 1)).Single() == 200, "what was held for longer than a pause is given up");
    }

    [Fact]
    public async Task Exempt_Network_MeetsNothingThatIsCountedByAddress()
    {
        await using var door = await Door.OpenAsync(new EdgeLimits { Requests = 1, Connections = 1, Exempt = ["127.0.0.2/31"] });

        Assert.Equal([200, 200, 200], await door.HoldAsync(Viewer, 3));
        Assert.Equal([200, 429], await door.HoldAsync(Attacker, 2));
    }

    [Fact]
    public async Task Limits_AllOff_RefuseNobody()
    {
        await using var door = await Door.OpenAsync(new EdgeLimits
        {
            Connections = 0, Requests = 0, Rate = 0, Streams = 0, ConnectionRequests = 0, PauseSeconds = 0, SendBuffer = 0,
            Total = 0,
        });

        Assert.All(await door.HoldAsync(Attacker, 100), status => Assert.Equal(200, status));
    }

    private static async Task IsRefusalAsync(HttpResponseMessage answer, int status, int retryAfter, string detail)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(retryAfter), answer.Headers.RetryAfter?.Delta);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, detail), (problem.GetProperty("status").GetInt32(), problem.GetProperty("detail").GetString()));
    }
}
