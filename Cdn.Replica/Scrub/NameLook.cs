using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.Storage.Files;

namespace Cdn.Replica.Scrub;

/// <summary>
/// Sees to it that nginx finds under a name what the name has: a link to the object. Where it cannot be a link it is a copy,
/// which is read as well: when it is first seen, and when its file has changed.
/// </summary>
internal sealed partial class NameLook(VideoStore store, StoreLayout layout, ObjectVerifier verifier, ILogger<NameLook> logger)
{
    private readonly Dictionary<VideoName, FileStat> _copies = [];

    /// <summary>Looks at a name, and puts right what is wrong with it.</summary>
    public async Task LookAsync(VideoName name, double rate, CancellationToken cancellationToken)
    {
        if (!store.TryGet(name, out var held) || StoreFiles.IsLink(layout, name, held.Sha256))
        {
            _copies.Remove(name);
            return;
        }

        var path = layout.NameOf(name);
        if (FileStat.TryOf(path, out var status) && _copies.TryGetValue(name, out var known) && status == known)
        {
            return;
        }

        var isCopy = status.IsRegular && (status.Size, status.ModifiedSeconds) == (held.Size, held.Modified)
            && await HashAsync(path, held.Size, rate, cancellationToken) == held.Sha256;
        if (!isCopy && !Directory.Exists(path))
        {
            DurableFile.Remove(path);
        }

        if ((await store.RelinkAsync(name)).Value && !isCopy)
        {
            LogRelinked(logger, name);
        }

        if (!StoreFiles.IsLink(layout, name, held.Sha256) && FileStat.TryOf(path, out status))
        {
            _copies[name] = status;
        }
    }

    private async Task<Sha256Digest?> HashAsync(string path, long size, double rate, CancellationToken cancellationToken)
    {
        try
        {
            return await verifier.HashAsync(path, size, rate, cancellationToken);
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            return null; // It cannot be read: it is made anew.
        }
    }

    [LoggerMessage(EventId = 362, Level = LogLevel.Error, Message = "The name of {Video} was no link to its object and is one again")]
    private static partial void LogRelinked(ILogger logger, VideoName video);
}
