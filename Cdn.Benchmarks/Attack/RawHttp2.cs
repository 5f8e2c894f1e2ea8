using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Attack;

/// <summary>
/// HTTP/2 as no honest client speaks it: frames are written as they are wanted (RFC 9113), and what comes back is read, so that
/// the connection goes on, and thrown away.
/// </summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    public const byte Headers = 1;
    public const byte ResetStream = 3;
    public const byte Continuation = 9;

    public const byte EndStream = 1;
    public const byte EndHeaders = 4;

    private const byte Settings = 4;
    private const byte Acknowledged = 1;
    private const ushort InitialWindowSize = 4;

    /// <summary>CANCEL, as what a rapid reset says.</summary>
    private static readonly byte[] _cancel = [0, 0, 0, 8];

    private readonly TcpClient _client = new();
    private readonly MemoryStream _pending = new();
    private SslStream _tls = null!;

    private RawHttp2()
    {
    }

    /// <summary>Ends when the server hangs up.</summary>
    public Task Reading { get; private set; } = Task.CompletedTask;

    /// <summary>Connects.</summary>
    /// <param name="edge">The server.</param>
    /// <param name="window">Bytes of a body that each stream takes, once: a <c>WINDOW_UPDATE</c> is never sent.</param>
    public static async Task<RawHttp2> ConnectAsync(Uri edge, int window, CancellationToken cancellationToken)
    {
        var http = new RawHttp2();
        await http._client.ConnectAsync(IPAddress.Parse(edge.Host), edge.Port, cancellationToken);
        http._tls = new SslStream(http._client.GetStream(), false, LocalClient.IsOurs);
        await http._tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                ApplicationProtocols = [SslApplicationProtocol.Http2],
            },
            cancellationToken);
        http._pending.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Span<byte> setting = stackalloc byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(setting, InitialWindowSize);
        BinaryPrimitives.WriteInt32BigEndian(setting[2..], window);
        http.Add(Settings, 0, 0, setting);
        http.Add(Settings, Acknowledged, 0, []);
        await http.FlushAsync(cancellationToken);
        http.Reading = http.ReadAsync(cancellationToken);
        return http;
    }

    /// <summary>The fields of a GET (RFC 7541), none of which is put into a table.</summary>
    public static byte[] Get(Uri edge, string path)
    {
        using var block = new MemoryStream();
        block.Write([0x82, 0x87]); // :method GET, :scheme https
        Literal(0x01, edge.Authority);
        Literal(0x04, path);
        return block.ToArray();

        void Literal(byte name, string value)
        {
            block.WriteByte(name);
            block.WriteByte((byte)value.Length);
            block.Write(Encoding.ASCII.GetBytes(value));
        }
    }

    /// <summary>Adds a frame, to be sent with the others.</summary>
    public void Add(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8);
        (head[3], head[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        _pending.Write(head);
        _pending.Write(payload);
    }

    public void Reset(int stream) => Add(ResetStream, 0, stream, _cancel);

    /// <summary>Sends what was added.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await _tls.WriteAsync(_pending.GetBuffer().AsMemory(0, (int)_pending.Length), cancellationToken);
        _pending.SetLength(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _tls.DisposeAsync();
        _client.Dispose();
        await _pending.DisposeAsync();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await _tls.ReadAsync(buffer, cancellationToken) > 0)
            {
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The server, or the attack, has ended it.
        }
    }
}
