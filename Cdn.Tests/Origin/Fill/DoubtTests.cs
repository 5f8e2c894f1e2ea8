using System.Net;
using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;
using Cdn.Tests.Replica;
using Microsoft.Data.Sqlite;

namespace Cdn.Tests.Origin.Fill;

/// <summary>An origin that is told that its bytes are wrong reads the file again, whatever its size and times say.</summary>
[StartsProcesses]
public class DoubtTests
{
    [Fact]
    public async Task Push_RefusedForItsBytes_HasTheFileReadAgain()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        byte[] film = [];
        await using var origin = await StartAsync(videos => film = videos.Write("a.mp4", 100_000), replica);

        using var response = await origin.Service.Authorized.PostAsJsonAsync(
            Routes.PushVideo, new PushRequest(VideoName.Parse("a.mp4"), "replica1"), WireJson.Default.PushRequest);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        await origin.PublishesBytesAsync("a.mp4", film);
    }

    [Fact]
    public async Task Pull_OfOtherBytesThanAnnounced_HasTheFileReadAgain()
    {
        byte[] film = [];
        await using var origin = await StartAsync(videos => film = videos.Write("a.mp4", 100_000), null);
        await using var replica = await ReplicaProcess.StartAsync(("services__origin__http__0", origin.Service.Address.ToString()), ("NEGATIVE_SECONDS", "0"));

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => replica.Service.Http.GetByteArrayAsync("/video/a.mp4"));

        await origin.PublishesBytesAsync("a.mp4", film);
        await Eventually.TrueAsync(
            async () => Bytes.Digest(await replica.Service.Http.GetByteArrayAsync("/video/a.mp4")) == Bytes.Digest(film), "it can be pulled");
    }

    [Fact]
    public async Task Doubt_WithoutTheKey_Is401()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));

        using var response = await origin.Service.Http.PostAsync(Routes.DoubtVideo, JsonContent.Create(new { }));

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    /// <summary>
    /// An origin that remembers a wrong digest of its file, as it would if the bytes had changed and nothing else.
    /// </summary>
    private static async Task<OriginProcess> StartAsync(Action<TemporaryFolder> fill, ReplicaProcess? replica)
    {
        var origin = await OriginProcess.StartAsync(fill, ("services__replica1__http__0", replica?.Service.Address.ToString() ?? "http://127.0.0.1:1"));
        await origin.PublishesAsync("a.mp4");
        await origin.Service.StopAsync();
        await using (var database = new SqliteConnection($"Data Source={origin.State.Of("origin.db")};Pooling=False"))
        {
            await database.OpenAsync();
            await using var command = database.CreateCommand();
            command.CommandText = "UPDATE files SET sha256 = zeroblob(32)";
            await command.ExecuteNonQueryAsync();
        }

        await origin.Service.StartAsync();
        await origin.IsReadyAsync();
        Assert.Equal(default, (await origin.FindAsync("a.mp4"))!.Sha256);
        return origin;
    }
}
