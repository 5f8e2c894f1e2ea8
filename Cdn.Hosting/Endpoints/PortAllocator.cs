using System.Net;
using System.Net.Sockets;

namespace Cdn.Hosting;

/// <summary>Hands out free ports, and says whether a port is free.</summary>
/// <remarks>
/// Free ports are taken below the range from which systems take the ports of outgoing connections (Linux: 32768 on, others
/// 49152 on): a service that starts again must find its port free, and not in use by somebody's connection. No port is handed
/// out twice in a process, so applications side by side in one test run never meet.
/// </remarks>
internal static class PortAllocator
{
    private const int First = 15_000;
    private const int Last = 32_000;

    /// <summary>So many random ports are tried before the system is asked for one of its own.</summary>
    private const int MaxTries = 200;

    private static readonly HashSet<int> HandedOut = [];
    private static readonly Lock Gate = new();

    /// <summary>A port that is free on the loopback addresses and on all others.</summary>
    public static int TakeFree()
    {
        lock (Gate)
        {
            for (var i = 0; i < MaxTries; i++)
            {
                var port = Random.Shared.Next(First, Last);
                if (!HandedOut.Contains(port) && IsFree(port, allAddresses: true) && HandedOut.Add(port))
                {
                    return port;
                }
            }

            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var last = ((IPEndPoint)socket.LocalEndPoint!).Port;
            HandedOut.Add(last);
            return last;
        }
    }

    /// <summary>Whether a process could listen on a port now.</summary>
    /// <param name="port">The port.</param>
    /// <param name="allAddresses">True for a process that listens on all addresses, false for one on the loopback ones.</param>
    public static bool IsFree(int port, bool allAddresses)
    {
        var addresses = allAddresses
            ? new[] { IPAddress.Any, IPAddress.Loopback, IPAddress.IPv6Loopback }
            : [IPAddress.Loopback, IPAddress.IPv6Loopback];
        return addresses.All(address => CanListen(address, port));
    }

    private static bool CanListen(IPAddress address, int port)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
        {
            return true;
        }

        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(1);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported)
        {
            return true; // no such address on this machine (IPv6 switched off): nobody can hold the port there
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
