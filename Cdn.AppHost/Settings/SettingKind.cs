using System.Globalization;
using System.Net;
using Cdn.Contracts;
using Cdn.Contracts.Tokens;

namespace Cdn.AppHost.Settings;

/// <summary>What values a setting may have.</summary>
/// <param name="Allowed">In words, to follow "must be".</param>
/// <param name="Allows">Whether a value is one of them.</param>
internal sealed record SettingKind(string Allowed, Func<string, bool> Allows)
{
    private const int HighestPort = 65535;

    /// <summary>Any text. What has to be there is looked at by name.</summary>
    public static SettingKind Path { get; } = new("a path", value => !value.Contains('\0'));

    /// <summary>A TCP port.</summary>
    public static SettingKind Port { get; } = Count(1, HighestPort) with { Allowed = $"a port from 1 to {HighestPort}" };

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public static SettingKind Switch { get; } = new("true or false", value => bool.TryParse(value, out _));

    /// <summary>A key.</summary>
    public static SettingKind Key { get; } =
        new($"at least {Limits.MinSharedKeyLength} characters long", value => value.Length >= Limits.MinSharedKeyLength);

    /// <summary>A key that stands in a configuration of nginx, where other characters mean something.</summary>
    public static SettingKind Secret { get; } = new(
        $"at least {Limits.MinSharedKeyLength} letters, digits, - or _",
        value => value.Length >= Limits.MinSharedKeyLength
            && value.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_'));

    /// <summary><c>off</c>, <c>required</c> or patterns of names.</summary>
    public static SettingKind Names { get; } = new(GuardedNames.Allowed, value => GuardedNames.TryParse(value, out _));

    /// <summary>Secrets of tickets.</summary>
    public static SettingKind TicketKeys { get; } =
        new(Contracts.Tokens.TicketKeys.Allowed, value => Contracts.Tokens.TicketKeys.TryParse(value, out _));

    /// <summary>A whole number.</summary>
    public static SettingKind Count(int least, int most) => new(
        $"a number from {least} to {most}",
        value => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most);

    /// <summary><c>all</c>, or a whole number.</summary>
    public static SettingKind CountOrAll(int least, int most)
    {
        var count = Count(least, most);
        return new($"all, or {count.Allowed}", value => value == "all" || count.Allows(value));
    }

    /// <summary>A number, with a point if wanted.</summary>
    public static SettingKind Number(double least, double most) => new(
        string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}"),
        value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most);

    /// <summary>A number of bytes, with K, M, G or T (powers of 1,024) if wanted.</summary>
    public static SettingKind Bytes(long least, string leastInWords) => new(
        $"a number of bytes from {leastInWords}, with K, M, G or T if wanted",
        value => value.Length > 0 && ByteSize.TryParse(value, out var bytes) && bytes >= least);

    /// <summary>The same, not above a number.</summary>
    public static SettingKind BytesTo(long most, string mostInWords) => new(
        $"a number of bytes from 0 to {mostInWords}, with K, M or G if wanted",
        value => value.Length > 0 && ByteSize.TryParse(value, out var bytes) && bytes <= most);

    /// <summary>Addresses and networks, with commas between.</summary>
    public static SettingKind Networks { get; } = new(
        "addresses or networks, as 10.0.0.0/8, with commas between",
        value => value.Split(',').All(network =>
            network.Contains('/', StringComparison.Ordinal)
                ? IPNetwork.TryParse(network, out _)
                : IPAddress.TryParse(network, out _)));

    /// <summary>One of some words.</summary>
    public static SettingKind OneOf(params string[] words) =>
        new(string.Join(", ", words[..^1]) + " or " + words[^1], value => words.Contains(value));
}
