using Cdn.Contracts;
using Cdn.Origin.Catalog;
using Cdn.ServiceDefaults.Push;

namespace Cdn.Origin.Fill;

/// <summary>What the origin pushes: its files, as long as they are those that it has published.</summary>
internal sealed class PublishedFiles(PublishedCatalog catalog) : IPushSource
{
    public PurgeMark? Purged => null;

    public Task<PushSourceResult> FindAsync(PushRequest request, CancellationToken cancellationToken) => Task.FromResult(
        catalog.TryGet(request.Video, out var published)
            ? PushSourceResult.Found(published.Video, () => Open(published.File))
            : PushSourceResult.Failed(404, $"There is no video '{request.Video}'."));

    private static FileBytes Open(VideoFile file)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(file.Path, FileReading.Options);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PushFailedException(404, $"'{file.Name}' is gone; the next scan takes it out of the catalog.");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PushFailedException(500, $"'{file.Name}' cannot be read: {e.Message}");
        }

        if (stream.Length == file.Size && File.GetLastWriteTimeUtc(stream.SafeFileHandle) == file.ModifiedUtc)
        {
            return new FileBytes(stream);
        }

        stream.Dispose();
        throw new PushFailedException(409, $"'{file.Name}' has changed since it was published; the next scan takes it up.");
    }
}
