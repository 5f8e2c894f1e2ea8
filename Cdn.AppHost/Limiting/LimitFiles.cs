using System.Globalization;
using System.Text;

namespace Cdn.AppHost.Limiting;

/// <summary>The generated files in which nginx finds its limits; <c>nginx/limits.conf</c> says what they hang on.</summary>
internal static class LimitFiles
{
    /// <summary>Bytes of a request that are sent as fast as they can be: 4 MiB, so that no segment is held up.</summary>
    private const string Unhurried = "4m";

    /// <summary>Files of a worker that belong to no connection: logs, sockets, epoll; 256 are more than enough.</summary>
    private const int OtherFiles = 256;

    /// <summary>Least connections of a worker with which nginx is of any use: 256.</summary>
    private const int LeastConnections = 256;

    /// <summary>
    /// <c>generated/workers.conf</c>. A connection takes a socket, and a request a file; what a process may open is raised for
    /// that, as far as it can be.
    /// </summary>
    /// <param name="limits">The limits.</param>
    /// <param name="mostFiles">Files that a worker may open at most, if that cannot be raised; null if it can.</param>
    public static string Workers(EdgeLimits limits, int? mostFiles = null)
    {
        var connections = mostFiles is { } most
            ? Math.Clamp((most - OtherFiles) / 2, LeastConnections, limits.WorkerConnections)
            : limits.WorkerConnections;
        return string.Create(CultureInfo.InvariantCulture, $$"""
            worker_rlimit_nofile {{(2 * connections) + OtherFiles}};
            events {
                worker_connections {{connections}};
            }

            """);
    }

    /// <summary><c>generated/limits.conf</c>: for all requests.</summary>
    public static string Limits(EdgeLimits limits)
    {
        var text = new StringBuilder("geo $limit_exempt {\n    default \"\";\n");
        foreach (var network in limits.Exempt)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {network} exempt;\n");
        }

        text.Append("}\n");
        if (limits.Requests > 0)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"limit_req_zone $limit_address zone=requests:16m rate={limits.Requests}r/s;\n");
            text.Append(CultureInfo.InvariantCulture, $"limit_req zone=requests burst={limits.Burst} nodelay;\n");
        }

        text.Append(
            "limit_conn_zone $limit_address zone=connections:8m;\nlimit_conn_zone $limit_everybody zone=everybody:64k;\n");
        Concurrent(text, limits.Connections, limits.Total);
        if (limits.Rate > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"limit_rate {limits.Rate};\nlimit_rate_after {Unhurried};\n");
        }

        if (limits.Streams > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"http2_max_concurrent_streams {limits.Streams};\n");
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $"keepalive_requests {limits.KeepAliveRequests};\nsend_timeout {limits.SendTimeout}s;\n");
        return text.ToString();
    }

    /// <summary><c>generated/newcomers.conf</c>: for requests with which somebody begins to watch.</summary>
    public static string Newcomers(EdgeLimits limits)
    {
        var text = new StringBuilder();
        Concurrent(text, limits.Connections, limits.Newcomers);
        return text.ToString();
    }

    /// <summary><c>generated/limited.conf</c>: where those who met a limit are logged, for the metrics of a controller.</summary>
    /// <param name="log">The path of the log, as nginx sees it; null where nobody reads it.</param>
    public static string Limited(string? log) =>
        log is null ? "" : $"access_log {NginxConfigurationContext.Quote(log)} limited buffer=64k flush=1s;\n";

    /// <summary>An address's own limit comes first: see <c>$limit_asked</c>.</summary>
    private static void Concurrent(StringBuilder text, int ofAnAddress, int ofAll)
    {
        text.Append(
            ofAnAddress > 0 ? string.Create(CultureInfo.InvariantCulture, $"limit_conn connections {ofAnAddress};\n") : "");
        text.Append(ofAll > 0 ? string.Create(CultureInfo.InvariantCulture, $"limit_conn everybody {ofAll};\n") : "");
    }
}
