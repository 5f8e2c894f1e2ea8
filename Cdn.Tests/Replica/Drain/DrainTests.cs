using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Drain;

/// <summary>A replica that wants no more clients, and one that leaves.</summary>
[StartsProcesses]
public class DrainTests
{
    [Fact]
    public async Task Drain_IsSaidInEveryProbeUntilAdmitted_AlsoAfterARestart()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        Assert.False((await ProbeAsync(replica)).Draining);

        (await replica.Service.Authorized.PostAsync(Routes.Drain, null)).EnsureSuccessStatusCode();
        Assert.True((await ProbeAsync(replica)).Draining);
        Assert.Equal("""{"draining":true}""", await replica.Service.Http.GetStringAsync(Routes.Drain));
        await replica.Service.StopAsync();
        await replica.Service.StartAsync();
        Assert.True((await ProbeAsync(replica)).Draining);

        (await replica.Service.Authorized.PostAsync(Routes.Admit, null)).EnsureSuccessStatusCode();
        Assert.False((await ProbeAsync(replica)).Draining);
        Assert.Equal("""{"draining":false}""", await replica.Service.Http.GetStringAsync(Routes.Drain));
    }

    [Fact]
    public async Task Drain_WithoutTheKey_IsRefused()
    {
        await using var replica = await ReplicaProcess.StartAsync();

        using var response = await replica.Service.Http.PostAsync(Routes.Drain, null);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.False((await ProbeAsync(replica)).Draining);
    }

    [Fact]
    public async Task Terminate_WithATransferOpen_TellsTheControllerAndFinishesTheTransfer()
    {
        await using var replica = await ReplicaProcess.StartAsync();
        var film = Bytes.Random(30_000_000);
        (await replica.PushAsync("film.mp4", film)).EnsureSuccessStatusCode();
        using var viewer = new TcpClient();
        await viewer.ConnectAsync(replica.Service.Address.Host, replica.Service.Address.Port);
        await using var stream = viewer.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes("GET /video/film.mp4 HTTP/1.1\r\nHost: replica\r\nConnection: close\r\n\r\n"));
        var buffer = new byte[64 * 1024];
        var received = await stream.ReadAsync(buffer); // The rest waits in the replica: it is much more than the sockets hold.
        await ProbeAsync(replica);

        var stopping = replica.Service.StopAsync();
        var told = false;
        await Eventually.TrueAsync(
            async () => told = (await ProbeAsync(replica)).Draining, "the controller hears that the replica is about to stop");
        for (int read; (read = await stream.ReadAsync(buffer)) > 0; received += read)
        {
        }

        await stopping;
        Assert.True(told);
        Assert.True(received > film.Length, $"{received} bytes with the head");
    }

    /// <summary>Asks as a controller does.</summary>
    private static async Task<Heartbeat> ProbeAsync(ReplicaProcess replica)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Routes.Heartbeat);
        request.Headers.Add(CdnHeaders.Controller, "a-controller");
        using var response = await replica.Service.Http.SendAsync(request);
        return (await response.Content.ReadFromJsonAsync(WireJson.Default.Heartbeat))!;
    }
}
