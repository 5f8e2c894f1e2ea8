using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Cdn.Contracts;
using Microsoft.AspNetCore.Http;

namespace Cdn.ServiceDefaults.Limiting;

/// <summary>
/// Whose requests are counted together: those of an IPv4 address, or of an IPv6 /64, which is what one household has. nginx
/// counts in the same way.
/// </summary>
public readonly record struct ClientNetwork
{
    private readonly ulong _prefix;
    private readonly bool _isIPv6;

    private ClientNetwork(ulong prefix, bool isIPv6) => (_prefix, _isIPv6) = (prefix, isIPv6);

    /// <summary>
    /// Of the client that nginx names in <c>X-Forwarded-For</c>, which it sets itself; or of whoever is connected, if that is
    /// not nginx.
    /// </summary>
    public static ClientNetwork Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return IPAddress.TryParse(context.Request.Headers[CdnHeaders.Client].ToString(), out var client)
            ? Of(client)
            : Of(context.Connection.RemoteIpAddress ?? IPAddress.None);
    }

    /// <summary>Of an address.</summary>
    public static ClientNetwork Of(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new ClientNetwork(BinaryPrimitives.ReadUInt64BigEndian(bytes), isIPv6: true)
            : new ClientNetwork(BinaryPrimitives.ReadUInt32BigEndian(bytes), isIPv6: false);
    }

    /// <summary><c>203.0.113.7</c>, or <c>2001:db8:1:2::/64</c>.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (_isIPv6)
        {
            bytes.Clear();
            BinaryPrimitives.WriteUInt64BigEndian(bytes, _prefix);
            return $"{new IPAddress(bytes)}/64";
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)_prefix);
        return new IPAddress(bytes[..4]).ToString();
    }
}
