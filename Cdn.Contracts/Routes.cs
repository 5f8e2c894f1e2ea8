namespace Cdn.Contracts;

/// <summary>Paths of the wire. Those that name a video end in a slash, and the percent-encoded name follows.</summary>
public static class Routes
{
    /// <summary>Ready: the service does its job. On every service.</summary>
    public const string Health = "/health";

    /// <summary>Up: the process answers. On every service.</summary>
    public const string Alive = "/alive";

    /// <summary>A video: the origin's original, a replica's copy, or the controller's redirect to one.</summary>
    public const string Video = "/video/";

    /// <summary>Origin: the catalog.</summary>
    public const string ListVideos = "/list_videos";

    /// <summary>Origin: push one video to one replica now.</summary>
    public const string PushVideo = "/push_video";

    /// <summary>Replica: whether it holds one video (for people; the controller reads <see cref="Inventory"/>).</summary>
    public const string IsCached = "/is_cached/";

    /// <summary>Replica: everything that it holds.</summary>
    public const string Inventory = "/inventory";

    /// <summary>Replica: receive (PUT, POST), ask how far (HEAD) or purge (DELETE) one video.</summary>
    public const string CacheVideo = "/cache_video/";

    /// <summary>The path of one video below one of these routes.</summary>
    public static string For(string route, VideoName name) => route + name.ToUrlPath();
}
