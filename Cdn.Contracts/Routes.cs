namespace Cdn.Contracts;

/// <summary>Paths of the wire. Those that name a video end in a slash, and the percent-encoded name follows.</summary>
public static class Routes
{
    /// <summary>Complete and well. On every service.</summary>
    public const string Health = "/health";

    /// <summary>Can serve clients. On every service.</summary>
    public const string Ready = "/ready";

    /// <summary>Up: the process answers. On every service.</summary>
    public const string Alive = "/alive";

    /// <summary>A video: the origin's original, a replica's copy, or the controller's redirect to one.</summary>
    public const string Video = "/video/";

    /// <summary>Controller: how the CDN is, in a sentence for anybody.</summary>
    public const string Summary = "/summary";

    /// <summary>Controller: content steering, for HLS and DASH.</summary>
    public const string Steering = "/steering/";

    /// <summary>A token, or a ticket, in front of what it opens: <c>/t/(token)/video/(name)</c>.</summary>
    public const string Token = "/t/";

    /// <summary>
    /// Controller and replica: what nginx has not checked itself, with its token, follows. The answer is a redirect with a
    /// ticket.
    /// </summary>
    public const string Redeem = "/redeem";

    /// <summary>Controller and replica: what nginx has refused follows. The answer says why.</summary>
    public const string Refused = "/refused";

    /// <summary>Origin: the catalog.</summary>
    public const string ListVideos = "/list_videos";

    /// <summary>Origin: how its folder is, and what is not published.</summary>
    public const string Folder = "/folder";

    /// <summary>Origin: bytes that it sent were not those that its catalog says.</summary>
    public const string DoubtVideo = "/doubt_video";

    /// <summary>Origin: the next change of the catalog or of <see cref="Purges"/>, as soon as there is one.</summary>
    public const string Changes = "/changes";

    /// <summary>Origin and replica: push one video to one replica now.</summary>
    public const string PushVideo = "/push_video";

    /// <summary>Origin and replica: push many small videos to one replica in one request.</summary>
    public const string PushVideos = "/push_videos";

    /// <summary>Origin and replica: what is being pushed at this moment.</summary>
    public const string Pushes = "/pushes";

    /// <summary>Origin: the purges that not every replica has confirmed. GET reads, POST adds one, DELETE closes.</summary>
    public const string Purges = "/purges";

    /// <summary>Origin: what it has and does not publish. GET reads, DELETE lifts.</summary>
    public const string Blocks = "/blocks";

    /// <summary>Replica: apply a log of purges.</summary>
    public const string Purge = "/purge";

    /// <summary>Replica: whether it holds one video (for people; the controller reads <see cref="Inventory"/>).</summary>
    public const string IsCached = "/is_cached/";

    /// <summary>Replica: everything that it holds, in pages; and then what changes in that, as soon as it does.</summary>
    public const string Inventory = "/inventory";

    /// <summary>Replica: a sign of life, with where its inventory is.</summary>
    public const string Heartbeat = "/heartbeat";

    /// <summary>Replica: what it was asked for lately.</summary>
    public const string Demand = "/demand";

    /// <summary>Replica: receive (PUT, POST), ask how far (HEAD) or drop (DELETE) one video.</summary>
    public const string CacheVideo = "/cache_video/";

    /// <summary>Replica: receive many small videos in one request.</summary>
    public const string CacheVideos = "/cache_videos";

    /// <summary>Replica: drop many videos in one request.</summary>
    public const string DropVideos = "/drop_videos";

    /// <summary>Replica: want no more clients, until <see cref="Admit"/> (POST), or say whether that is so (GET).</summary>
    public const string Drain = "/drain";

    /// <summary>Replica: want clients again.</summary>
    public const string Admit = "/admit";

    /// <summary>Replica: hash again everything that is held.</summary>
    public const string Verify = "/verify";

    /// <summary>The path of one video below one of these routes.</summary>
    public static string For(string route, VideoName name) => route + name.ToUrlPath();
}
