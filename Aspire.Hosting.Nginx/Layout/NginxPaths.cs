namespace Aspire.Hosting.Nginx.Layout;

/// <summary>Paths of this machine, as nginx sees them.</summary>
internal static class NginxPaths
{
    /// <summary>
    /// The same, but for a container on Windows, which has no drives: <c>C:\web</c> is <c>/mnt/c/web</c> there.
    /// </summary>
    public static string Of(NginxResource nginx, string path) =>
        nginx.IsContainer && path.Length > 1 && path[1] == ':'
            ? $"/mnt/{char.ToLowerInvariant(path[0])}{path[2..].Replace('\\', '/')}"
            : path;

    /// <summary>Mounts a file or folder into the container, if it is one.</summary>
    public static void Mount(NginxResource nginx, string path, bool isReadOnly)
    {
        var target = Of(nginx, path);
        if (!nginx.Annotations.OfType<ContainerMountAnnotation>().Any(mount => mount.Target == target))
        {
            nginx.Annotations.Add(new ContainerMountAnnotation(path, target, ContainerMountType.BindMount, isReadOnly));
        }
    }
}
