using Cdn.Contracts;
using Cdn.Replica.Fill;
using Cdn.Replica.Store;
using Cdn.Transfer.Push;

namespace Cdn.Replica.Push;

/// <summary>
/// What a replica pushes to another one (step F6): what it holds, and what it is receiving at this moment. So a video that many replicas
/// lack leaves the origin once, and one that some replica holds does not leave the origin at all.
/// </summary>
internal sealed class HeldVideos(VideoStore store, StoreLayout layout, Receptions receptions, TimeProvider time) : IPushSource
{
    /// <summary>Time that a video has to begin to arrive: 5 s. Whoever asked knows that it was sent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public PurgeMark? Purged => store.Mark ?? PurgeMark.None;

    public async Task<PushSourceResult> FindAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (request.Content is not { } video || video.Name != request.Video)
        {
            return PushSourceResult.Failed(400, "A replica has no catalog: it must be told which content.");
        }

        var asked = time.GetTimestamp();
        while (true)
        {
            var begun = receptions.NextBegin; // Before looking, so that nothing falls between.
            if (store.TryGetObject(video.Sha256, out var held))
            {
                return PushSourceResult.Found(video, () => Open(held));
            }

            if (receptions.TryGet(video.Sha256, out var reception))
            {
                return PushSourceResult.Found(video, () => Open(video, reception));
            }

            var left = Patience - time.GetElapsedTime(asked);
            if (left <= TimeSpan.Zero)
            {
                return PushSourceResult.Failed(409, $"'{request.Video}' is not here, and is not arriving.");
            }

            await Task.WhenAny(begun, Task.Delay(left, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public PushSourceResult Find(CatalogVideo video) => store.TryGetObject(video.Sha256, out var held)
        ? PushSourceResult.Found(video, () => Open(held))
        : PushSourceResult.Failed(409, $"'{video.Name}' is not here.");

    private FileBytes Open(HeldObject held)
    {
        try
        {
            return new FileBytes(new FileStream(layout.ObjectOf(held.Sha256), StoreFile.ReadOptions));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PushFailedException(409, $"Object {held.Sha256} is not here any more.");
        }
    }

    /// <summary>Opens what is arriving; if it has arrived in the meantime, what is held.</summary>
    private IPushBytes Open(CatalogVideo video, Reception reception)
    {
        try
        {
            return new ArrivingBytes(new FileStream(reception.Path, StoreFile.ReadOptions), reception);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return store.TryGetObject(video.Sha256, out var held)
                ? Open(held)
                : throw new PushFailedException(StatusCodes.Status424FailedDependency, $"'{video.Name}' was arriving, and did not come.");
        }
    }
}
