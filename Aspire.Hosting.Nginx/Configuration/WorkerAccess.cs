namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>What nginx's workers may reach.</summary>
internal static class WorkerAccess
{
    /// <summary>Longest path of a Unix socket: 107 bytes, by <c>sockaddr_un</c>.</summary>
    private const int MaxSocketPath = 107;

    /// <summary>
    /// Whether they may enter a folder. Started by root they are another user, who may enter no private folder such as
    /// <c>/root</c>; otherwise they are who we are. In a container they are another user, too, but the folders above a mounted
    /// one are the container's own.
    /// </summary>
    public static bool MayEnter(NginxResource nginx, string folder)
    {
        if (OperatingSystem.IsWindows() || (!nginx.IsContainer && !Environment.IsPrivilegedProcess))
        {
            return !OperatingSystem.IsWindows();
        }

        for (var at = new DirectoryInfo(folder); at is not null; at = nginx.IsContainer ? null : at.Parent)
        {
            if (at.Exists && !at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The Unix socket by which nginx reaches a service; null if it goes by the port. A container shares sockets with this
    /// machine only where both have the same kernel.
    /// </summary>
    public static string? SocketOf(NginxResource nginx, NginxUpstream upstream) =>
        upstream.Socket is { Length: <= MaxSocketPath } socket
        && (!nginx.IsContainer || OperatingSystem.IsLinux())
        && MayEnter(nginx, Path.GetDirectoryName(socket)!)
            ? socket
            : null;
}
