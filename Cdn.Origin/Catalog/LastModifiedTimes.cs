using Cdn.Contracts;

namespace Cdn.Origin.Catalog;

/// <summary>
/// The one place where the modification time of a video is made. It and the size are its <c>ETag</c>, so two contents of a name
/// never have the
/// same, also if one is removed in between; equal contents have one time, as replicas store them once; and it is a time that
/// everybody can
/// express: from 1970, where <c>ETag</c> and <c>Last-Modified</c> of nginx begin, to now (RFC 9110 section 8.8.2.1).
/// </summary>
internal sealed class LastModifiedTimes
{
    /// <summary>
    /// Removed names that are remembered: 100,000. What is older is remembered as one time, which later versions are younger
    /// than.
    /// </summary>
    private const int MostRemoved = 100_000;

    private readonly Dictionary<ulong, (DateTimeOffset Time, int Names)> _byContent = [];
    private readonly Dictionary<VideoName, RemovedVideo> _removed = [];
    private readonly Queue<RemovedVideo> _order = new();
    private readonly List<RemovedVideo> _news = [];

    /// <summary>Time of the youngest removed version that is not remembered by name; null if there is none.</summary>
    public DateTimeOffset? Forgotten { get; private set; }

    /// <summary>Contents and names that are remembered.</summary>
    public int Count => _byContent.Count + _removed.Count;

    /// <summary>What an earlier process remembered, oldest first.</summary>
    public void Restore(IEnumerable<RemovedVideo> removed, DateTimeOffset? forgotten)
    {
        Forgotten = forgotten;
        foreach (var video in removed)
        {
            Remember(video);
        }
    }

    /// <summary>What was removed since this was called last.</summary>
    public IReadOnlyList<RemovedVideo> TakeRemoved()
    {
        List<RemovedVideo> news = [.. _news];
        _news.Clear();
        return news;
    }

    /// <param name="name">The name.</param>
    /// <param name="before">What it has now.</param>
    /// <param name="digest">What it is going to have.</param>
    /// <param name="modified">The file's time, in ticks since 1970.</param>
    /// <param name="now">Now.</param>
    /// <returns>The time, and whether it is to be that of all names that have this content.</returns>
    public (DateTimeOffset Time, bool IsShared) Choose(
        VideoName name, CatalogVideo? before, Sha256Digest digest, long modified, DateTimeOffset now)
    {
        var isShared = _byContent.TryGetValue(digest.Leading, out var content);
        var time = isShared ? content.Time : Clamp(modified, now);
        (Sha256Digest Digest, DateTimeOffset Time)? last = before is not null ? (before.Sha256, before.LastModified)
            : _removed.TryGetValue(name, out var removed) ? (removed.Sha256, removed.LastModified)
            : Forgotten is { } forgotten ? (default, forgotten)
            : null;
        if (last is { } version && version.Digest != digest && version.Time >= time)
        {
            time = version.Time.AddSeconds(1);
        }

        return (time, isShared && time != content.Time);
    }

    /// <summary>A name has this content from now on.</summary>
    public void Take(CatalogVideo video) => _byContent[video.Sha256.Leading] =
        (video.LastModified, _byContent.GetValueOrDefault(video.Sha256.Leading).Names + 1);

    /// <summary>A name does not have this content any more.</summary>
    public void Release(CatalogVideo video)
    {
        if (_byContent.TryGetValue(video.Sha256.Leading, out var content))
        {
            if (content.Names > 1)
            {
                _byContent[video.Sha256.Leading] = content with { Names = content.Names - 1 };
            }
            else
            {
                _byContent.Remove(video.Sha256.Leading);
            }
        }
    }

    /// <summary>A name is removed.</summary>
    public void Remove(CatalogVideo video)
    {
        Release(video);
        var removed = new RemovedVideo(video.Name, video.Sha256, video.LastModified);
        Remember(removed);
        _news.Add(removed);
    }

    private static DateTimeOffset Clamp(long ticks, DateTimeOffset now)
    {
        var seconds = Math.Clamp(ticks / TimeSpan.TicksPerSecond, 0, Math.Max(0, now.ToUnixTimeSeconds()));
        return DateTimeOffset.FromUnixTimeSeconds(seconds);
    }

    private void Remember(RemovedVideo video)
    {
        _removed[video.Name] = video;
        _order.Enqueue(video);
        while (_order.Count > MostRemoved && _order.TryDequeue(out var oldest))
        {
            if (_removed.TryGetValue(oldest.Name, out var last) && last == oldest)
            {
                _removed.Remove(oldest.Name);
                Forgotten = Forgotten > oldest.LastModified ? Forgotten : oldest.LastModified;
            }
        }
    }
}

/// <summary>The last version of a name that is not published any more.</summary>
internal sealed record RemovedVideo(VideoName Name, Sha256Digest Sha256, DateTimeOffset LastModified);
