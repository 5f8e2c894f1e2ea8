using Cdn.Contracts;
using Cdn.Origin.Catalog;
using Cdn.Transfer.Push;

namespace Cdn.Origin.Fill;

/// <summary>What the origin pushes: its files, as long as they are those that it has published.</summary>
internal sealed class PublishedFiles(PublishedCatalog catalog, PublishedOpener opener, Doubts doubts) : IPushSource
{
    public PurgeMark? Purged => null;

    public Task<PushSourceResult> FindAsync(PushRequest request, CancellationToken cancellationToken) => Task.FromResult(Find(request.Video));

    public PushSourceResult Find(CatalogVideo video) => Find(video.Name);

    /// <summary>The bytes of a file that were hashed are not those that it has: size and time may be set to anything.</summary>
    public void Contradicted(CatalogVideo video) => doubts.Add(new VideoDoubt(video.Name, video.Sha256));

    private PushSourceResult Find(VideoName name) => catalog.TryGet(name, out var published)
        ? PushSourceResult.Found(published.Video, () => Open(published))
        : PushSourceResult.Failed(404, $"There is no video '{name}'.");

    private FileBytes Open(PublishedVideo published)
    {
        var name = published.Video.Name;
        if (opener.Open(published, out var failure) is { } file)
        {
            return new FileBytes(new FileStream(file, FileAccess.Read, bufferSize: 0));
        }

        throw failure == PublishedOpener.Changed
            ? new PushFailedException(409, $"'{name}' has changed since it was published; the next look takes it up.")
            : failure.IsGone
                ? new PushFailedException(404, $"'{name}' is gone; the next look takes it out of the catalog.")
                : new PushFailedException(500, $"'{name}' cannot be read: {failure.Reason}");
    }
}
