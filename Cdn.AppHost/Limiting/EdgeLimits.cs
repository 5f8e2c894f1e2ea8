namespace Cdn.AppHost.Limiting;

/// <summary>
/// What one address may take at the door, and what all together may. 0 is no limit, unless something else is said. The defaults
/// are such that a household of ten devices, each of which plays and reads ahead, meets none; <c>docs/security.md</c> says why.
/// </summary>
internal sealed record EdgeLimits
{
    /// <summary>Longest time that nginx's timers can be set to: 24 days, by its 32 bits of milliseconds.</summary>
    private const int LongestPause = 24 * 86_400;

    /// <summary>
    /// <c>LIMIT_CONNECTIONS</c>: requests under way of one address (of IPv6: of a /64). Over HTTP/1.1 that is connections; each
    /// request of HTTP/2 counts as one. Default 80, eight for each of ten devices.
    /// </summary>
    public int Connections { get; init; } = 80;

    /// <summary><c>LIMIT_REQUESTS</c>: requests a second of one address, five times as many at once. Default 200.</summary>
    public int Requests { get; init; } = 200;

    /// <summary><c>LIMIT_RATE</c>: bytes a second of one request, after its first 4 MiB. Default 128 MiB/s, a gigabit.</summary>
    public long Rate { get; init; } = 128 * 1024 * 1024;

    /// <summary>
    /// <c>LIMIT_STREAMS</c>: requests under way on one HTTP/2 connection. Default 32; without a limit nginx has 128.
    /// </summary>
    public int Streams { get; init; } = 32;

    /// <summary>
    /// <c>LIMIT_CONNECTION_REQUESTS</c>: requests after which a connection is closed, when those under way have ended. Default
    /// 1,000, as nginx's <c>keepalive_requests</c>: a rapid reset (CVE-2023-44487) has to begin again after so many.
    /// </summary>
    public int ConnectionRequests { get; init; } = 1000;

    /// <summary>
    /// <c>LIMIT_PAUSE</c>: seconds in which a client has to take a third of its send buffer. Default 300: a player on pause takes
    /// nothing.
    /// </summary>
    public int PauseSeconds { get; init; } = 300;

    /// <summary>
    /// <c>LIMIT_SEND_BUFFER</c>: bytes that the kernel holds for a connection, as far as <c>net.core.wmem_max</c> grants them;
    /// the kernel takes twice that for its own bookkeeping. Default 1 MiB; without a limit it grows to <c>net.ipv4.tcp_wmem</c>.
    /// </summary>
    public int SendBuffer { get; init; } = 1024 * 1024;

    /// <summary>
    /// <c>LIMIT_TOTAL</c>: requests under way of all addresses. From three quarters of that on nobody new is let in. Default
    /// 4,096.
    /// </summary>
    public int Total { get; init; } = 4096;

    /// <summary>
    /// <c>LIMIT_WORKER_CONNECTIONS</c>: connections of one of nginx's workers, of which there is one per core: clients' and those
    /// to the services. Default 8,192, fewer where this user may not open as many files. There has to be a limit.
    /// </summary>
    public int WorkerConnections { get; init; } = 8192;

    /// <summary><c>LIMIT_EXEMPT</c>: addresses and networks (CIDR) whose requests are not counted. Default none.</summary>
    public IReadOnlyList<string> Exempt { get; init; } = [];

    /// <summary>Requests of one address that may come at once: five seconds' worth.</summary>
    public int Burst => 5 * Requests;

    /// <summary>Requests under way beyond which nobody new is let in.</summary>
    public int Newcomers => Total - (Total / 4);

    /// <summary><see cref="PauseSeconds"/> as nginx can have it.</summary>
    public int SendTimeout => PauseSeconds == 0 ? LongestPause : PauseSeconds;

    /// <summary><see cref="ConnectionRequests"/> likewise.</summary>
    public int KeepAliveRequests => ConnectionRequests == 0 ? int.MaxValue : ConnectionRequests;
}
