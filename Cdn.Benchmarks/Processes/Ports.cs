using System.Net;
using System.Net.Sockets;

namespace Cdn.Benchmarks.Processes;

/// <summary>Free ports from 21000 to 21999: below those that the kernel gives to clients, which could be taken again at once.</summary>
internal static class Ports
{
    private const int First = 21000;
    private const int Last = 21999;

    /// <summary>Two benchmarks at a time start at different places.</summary>
    private static int _next = First + (Environment.ProcessId % (Last - First));

    public static int Take()
    {
        for (var attempt = First; attempt <= Last; attempt++)
        {
            var port = _next;
            _next = port == Last ? First : port + 1;
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port from {First} to {Last} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
