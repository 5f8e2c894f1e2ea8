using Cdn.Contracts;

namespace Cdn.Transfer.Push;

/// <summary>What a service that pushes has to push: the origin its files, a replica what it holds or is receiving.</summary>
public interface IPushSource
{
    /// <summary>Up to where purges are applied to it; null for originals, which no purge takes away.</summary>
    PurgeMark? Purged { get; }

    /// <summary>Finds what is asked for; opening it is left for when it turns out that the replica lacks it.</summary>
    Task<PushSourceResult> FindAsync(PushRequest request, CancellationToken cancellationToken);

    /// <summary>Finds what is there now, and waits for nothing: for a push of many.</summary>
    PushSourceResult Find(CatalogVideo video);

    /// <summary>A replica found that the bytes are not those that were announced.</summary>
    void Contradicted(CatalogVideo video)
    {
    }
}

/// <summary>A video that can be pushed, or why it cannot.</summary>
/// <param name="Video">The video.</param>
/// <param name="Open">Opens its bytes. Throws <see cref="PushFailedException"/> if they are not what they ought to be.</param>
/// <param name="Failure">Why there is none.</param>
public sealed record PushSourceResult(CatalogVideo? Video, Func<IPushBytes>? Open, PushOutcome.Failed? Failure)
{
    /// <summary>It is there.</summary>
    public static PushSourceResult Found(CatalogVideo video, Func<IPushBytes> open) => new(video, open, null);

    /// <summary>It is not.</summary>
    public static PushSourceResult Failed(int status, string reason) => new(null, null, new PushOutcome.Failed(status, reason));
}

/// <summary>The bytes of a video, some of which may still be on their way.</summary>
public interface IPushBytes : IDisposable
{
    /// <summary>
    /// Reads what is there at an offset, and waits if that is nothing yet. Returns 0 only where there will never be more.
    /// </summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    /// <exception cref="PushFailedException">What was on its way will not come.</exception>
    ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);
}

/// <summary>A push that cannot go on, for a reason with a status of its own.</summary>
public sealed class PushFailedException(int status, string reason) : Exception(reason)
{
    /// <summary>HTTP status that says whose fault it is.</summary>
    public int Status => status;
}
