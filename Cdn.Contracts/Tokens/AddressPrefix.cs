using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// An address or a prefix of one, as <c>cdniip</c> has it: <c>192.0.2.7</c>, <c>2001:db8::/32</c>, <c>[2001:db8::1/32]</c>.
/// </summary>
internal static class AddressPrefix
{
    /// <summary>Whether a client's address lies in a network. Bits behind the prefix do not matter.</summary>
    public static bool Contains(string network, IPAddress? client) =>
        client is not null && TryParse(network, out var address, out var bits) && HaveSameStart(address, Plain(client), bits);

    /// <summary>Whether it is one.</summary>
    public static bool IsValid(string network) => TryParse(network, out _, out _);

    private static bool TryParse(string network, out IPAddress address, out int bits)
    {
        (address, bits) = (IPAddress.None, 0);
        var text = network is ['[', .., ']'] ? network.AsSpan(1, network.Length - 2) : network;
        var slash = text.IndexOf('/');
        if (!IPAddress.TryParse(slash < 0 ? text : text[..slash], out var parsed))
        {
            return false;
        }

        address = Plain(parsed);
        var most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        bits = most;
        return slash < 0
            || (int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out bits) && bits <= most);
    }

    private static bool HaveSameStart(IPAddress one, IPAddress other, int bits)
    {
        var (left, right) = (one.GetAddressBytes(), other.GetAddressBytes());
        var (whole, rest) = Math.DivRem(bits, 8);
        return left.Length == right.Length
            && left.AsSpan(0, whole).SequenceEqual(right.AsSpan(0, whole))
            && (rest == 0 || (left[whole] ^ right[whole]) >> (8 - rest) == 0);
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
