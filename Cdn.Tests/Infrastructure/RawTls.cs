using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Cdn.Tests.Infrastructure;

/// <summary>An answer, as it came over the wire.</summary>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    /// <summary>A header's value; null without one.</summary>
    public string? this[string name] => Head.Split("\r\n")
        .FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..];
}

/// <summary>HTTP/1 over TLS, byte for byte, as clients speak it that are no well-behaved library.</summary>
internal static class RawTls
{
    /// <summary>Sends a request on a connection of its own, and reads until the other side closes it.</summary>
    /// <param name="address">Where.</param>
    /// <param name="head">The request line and fields, a character for each byte; <c>Connection: close</c> is added for
    /// HTTP/1.1.</param>
    public static async Task<RawAnswer> SendAsync(Uri address, string head)
    {
        using var client = new TcpClient();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await client.ConnectAsync(address.Host, address.Port, patience.Token);
#pragma warning disable CA5359 // Who answers is not what is tested.
        await using var tls = new SslStream(client.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, patience.Token);
        var close = head.Contains("HTTP/1.0", StringComparison.Ordinal) ? "" : "\r\nConnection: close";
        await tls.WriteAsync(Encoding.Latin1.GetBytes($"{head}{close}\r\n\r\n"), patience.Token);
        using var reader = new StreamReader(tls, Encoding.Latin1);
        var text = await reader.ReadToEndAsync(patience.Token);
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return new RawAnswer(int.Parse(text.Split(' ')[1]), text[..end], text[(end + 4)..]);
    }
}
