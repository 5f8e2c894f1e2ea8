using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Attack;

/// <summary>
/// Honest viewers, each at an address of its own (127.0.1.1 and so on), on one HTTP/2 connection: a segment of 64 KiB four
/// times a second, by the controller's redirect.
/// </summary>
internal sealed class Viewers : IDisposable
{
    /// <summary>Viewers: 20.</summary>
    private const int Count = 20;

    private static readonly TimeSpan _every = TimeSpan.FromMilliseconds(250);

    /// <summary>Time after which a viewer gives up on a segment: 10 s.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient[] _clients;
    private readonly string[] _segments;
    private readonly long _size;

    public Viewers(Uri edge, string[] segments, long size)
    {
        (_segments, _size) = (segments, size);
        _clients = [.. Enumerable.Range(1, Count).Select(number => Client(edge, IPAddress.Parse($"127.0.1.{number}")))];
    }

    /// <summary>Plays until it is cancelled. Returns the milliseconds of each segment, and what went wrong.</summary>
    public async Task<(IReadOnlyCollection<double> Milliseconds, IReadOnlyCollection<string> Failures)> PlayAsync(
        CancellationToken until)
    {
        var (milliseconds, failures) = (new ConcurrentBag<double>(), new ConcurrentBag<string>());
        await Task.WhenAll(_clients.Select(async (client, number) =>
        {
            await Task.Delay(_every * number / Count, CancellationToken.None); // They do not ask all at once.
            using var timer = new PeriodicTimer(_every);
            for (var turn = number; !until.IsCancellationRequested; turn++)
            {
                var started = Stopwatch.GetTimestamp();
                try
                {
                    var body = await client.GetByteArrayAsync(
                        $"video/{_segments[turn % _segments.Length]}", CancellationToken.None);
                    if (body.Length != _size)
                    {
                        failures.Add($"{body.Length} bytes");
                    }
                }
                catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
                {
                    failures.Add(e.GetBaseException().Message);
                }

                milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }));
        return (milliseconds, failures);
    }

    public void Dispose()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }

    private static HttpClient Client(Uri edge, IPAddress from)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(IPAddress.Parse(context.DnsEndPoint.Host), context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = LocalClient.IsOurs;
        return new HttpClient(handler)
        {
            BaseAddress = edge,
            Timeout = _patience,
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }
}
