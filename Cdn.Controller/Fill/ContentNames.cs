using Cdn.Contracts;

namespace Cdn.Controller.Fill;

/// <summary>Which names of the catalog have a content. Nearly always it is one, so that alone costs little.</summary>
internal sealed class ContentNames
{
    private readonly Dictionary<Sha256Digest, VideoName> _one = [];
    private readonly Dictionary<Sha256Digest, HashSet<VideoName>> _more = [];

    public void Add(CatalogVideo video)
    {
        if (_one.TryAdd(video.Sha256, video.Name) || _one[video.Sha256] == video.Name)
        {
            return;
        }

        if (!_more.TryGetValue(video.Sha256, out var names))
        {
            _more[video.Sha256] = names = [];
        }

        names.Add(video.Name);
    }

    public void Remove(CatalogVideo video)
    {
        var others = _more.GetValueOrDefault(video.Sha256);
        if (_one.GetValueOrDefault(video.Sha256) != video.Name)
        {
            others?.Remove(video.Name);
        }
        else if (others is { Count: > 0 })
        {
            _one[video.Sha256] = others.First();
            others.Remove(_one[video.Sha256]);
        }
        else
        {
            _one.Remove(video.Sha256);
        }

        if (others is { Count: 0 })
        {
            _more.Remove(video.Sha256);
        }
    }

    /// <summary>The names that have a content.</summary>
    public IEnumerable<VideoName> With(Sha256Digest content) =>
        !_one.TryGetValue(content, out var one) ? []
        : _more.TryGetValue(content, out var others) ? others.Prepend(one)
        : [one];
}
