using Cdn.Replica.State;

namespace Cdn.Replica.Intake;

/// <summary>A video that can be read: from the store, or while it arrives.</summary>
internal abstract class VideoSource(ContentVersion version)
{
    /// <summary>Which version it is.</summary>
    public ContentVersion Version { get; } = version;

    /// <summary>How it came to be served: the parameters of <c>Cache-Status</c> (RFC 9211).</summary>
    public abstract string CacheStatus { get; }

    /// <summary>Whether the answer is the whole video, so that whoever gets its end may take it for verified.</summary>
    public bool IsReadWhole { get; set; }

    /// <summary>
    /// Waits until there is something to read at an offset, so that what fails before is an error and not a broken body.
    /// </summary>
    /// <exception cref="IOException">It is not to be had.</exception>
    public virtual ValueTask WaitAsync(long offset, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>Reads from an offset; waits until there is something to read. Never 0 before the end.</summary>
    /// <exception cref="IOException">The rest of the video is not to be had.</exception>
    public abstract ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken);

    /// <summary>Ends the reading.</summary>
    public abstract void Close();
}
