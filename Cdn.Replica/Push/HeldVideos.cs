using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.Transfer.Push;

namespace Cdn.Replica.Push;

/// <summary>
/// What a replica pushes to another one (step F6): what it holds, and what is arriving at this moment. So a video that many
/// replicas lack leaves the origin once, and one that some replica holds does not leave the origin at all.
/// </summary>
internal sealed class HeldVideos(VideoStore store, VideoIntake intake, TimeProvider time) : IPushSource
{
    /// <summary>Time that a video has to begin to arrive: 5 s. Whoever asked knows that it was sent.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public PurgeMark? Purged => store.Current.Mark ?? PurgeMark.None;

    public async Task<PushSourceResult> FindAsync(PushRequest request, CancellationToken cancellationToken)
    {
        if (request.Content is not { } video || video.Name != request.Video)
        {
            return PushSourceResult.Failed(400, "A replica has no catalog: it must be told which content.");
        }

        var asked = time.GetTimestamp();
        while (true)
        {
            var begun = intake.NextBegin; // Before looking, so that nothing falls between.
            var found = Find(video);
            if (found.Failure is null)
            {
                return found;
            }

            if (intake.TryFind(video.Sha256, out _))
            {
                return PushSourceResult.Found(video, () => Open(video));
            }

            var left = Patience - time.GetElapsedTime(asked);
            if (left <= TimeSpan.Zero)
            {
                return found;
            }

            await Task.WhenAny(begun, Task.Delay(left, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public PushSourceResult Find(CatalogVideo video) => store.TryGetObject(video.Sha256, out var held)
        ? PushSourceResult.Found(video, () => Open(held))
        : PushSourceResult.Failed(409, $"'{video.Name}' is not here, and is not arriving.");

    private FileBytes Open(HeldObject held) => store.TryOpen(held) is { } file
        ? new FileBytes(file)
        : throw new PushFailedException(409, $"Object {held.Sha256} is not here any more.");

    /// <summary>Opens what is arriving; if it has arrived in the meantime, what is held.</summary>
    private IPushBytes Open(CatalogVideo video) =>
        intake.TryFind(video.Sha256, out var arrival) && arrival.TryEnter() ? new ArrivingBytes(arrival)
        : store.TryGetObject(video.Sha256, out var held) ? Open(held)
        : throw new PushFailedException(StatusCodes.Status424FailedDependency, $"'{video.Name}' was arriving, and did not come.");
}
