using System.Net;
using System.Net.Sockets;

namespace Cdn.AppHost.Settings;

/// <summary>Finds out before anything starts whether the ports can be had that are not for the system to choose.</summary>
internal static class FixedPorts
{
    /// <summary>A sentence for each port that cannot be listened on, or is wanted twice.</summary>
    /// <param name="ports">Who wants which port on which address; those without one are left out.</param>
    public static IEnumerable<string> Refuse(IEnumerable<(string Setting, IPAddress Address, int? Port)> ports)
    {
        var wanted = new Dictionary<int, string>();
        foreach (var (setting, address, port) in ports)
        {
            if (port is not { } number)
            {
                continue;
            }

            if (!wanted.TryAdd(number, setting))
            {
                yield return $"{setting} and {wanted[number]} are both {number}; each needs a port of its own.";
            }
            else if (WhyNot(address, number) is { } reason)
            {
                yield return $"{setting}: port {number} {reason}.";
            }
        }
    }

    /// <summary>Why a port cannot be listened on; null if it can.</summary>
    public static string? WhyNot(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (!OperatingSystem.IsWindows())
            {
                // What was closed a moment ago may be waiting for late packets; servers bind over that.
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return "may not be listened on by this user: take one from 1024 on, or be allowed to (root, or CAP_NET_BIND_SERVICE)";
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return "is in use by another program: stop that, or choose another port";
        }
        catch (SocketException e)
        {
            return $"cannot be listened on: {e.Message}";
        }
    }

    /// <summary>A port that nobody listens on.</summary>
    public static int FindFree()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
