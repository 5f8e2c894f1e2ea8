using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>
/// What nginx's workers may reach. Started by root they run as another user, who may enter no private folder such as
/// <c>/root</c>; otherwise they are who we are.
/// </summary>
internal static partial class WorkerAccess
{
    /// <summary>Longest path of a Unix socket: 107 bytes, by <c>sockaddr_un</c>.</summary>
    private const int MaxSocketPath = 107;

    /// <summary>Leaves out the store and the socket of a service that nginx could not use, and says so.</summary>
    public static NginxUpstream WithoutWhatIsOutOfReach(NginxUpstream upstream, ILogger logger)
    {
        var store = upstream.Route?.Store;
        if (store is not null && (!MayEnter(store) || store.Contains('$', StringComparison.Ordinal)))
        {
            LogOutOfReach(logger, store, upstream.Name);
            store = null;
        }

        var socket = upstream.Socket is { } path && path.Length <= MaxSocketPath && MayEnter(Path.GetDirectoryName(path)!) ? path : null;
        return upstream with { Socket = socket, Route = upstream.Route is { } route ? route with { Store = store } : null };
    }

    private static bool MayEnter(string folder)
    {
        if (OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess)
        {
            return !OperatingSystem.IsWindows();
        }

        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
        {
            if (at.Exists && !at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    [LoggerMessage(EventId = 700, Level = LogLevel.Warning,
        Message = "nginx's workers may not enter {Folder} (their user is not root): {Service} will serve from there itself, at about twice the cost")]
    private static partial void LogOutOfReach(ILogger logger, string folder, string service);
}
