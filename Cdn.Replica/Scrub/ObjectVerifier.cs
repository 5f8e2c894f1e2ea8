using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.Storage.Files;

namespace Cdn.Replica.Scrub;

/// <summary>Reads and hashes objects again, and sets aside what is not what it was.</summary>
internal sealed partial class ObjectVerifier(
    VideoStore store, StoreLifetime lifetime, StoreLayout layout, StoreHealth health, ScrubOrder order, ScrubPace pace, ScrubMetrics metrics,
    ILogger<ObjectVerifier> logger)
{
    /// <summary>
    /// Size up to which an object that was written to is read before it is set aside: 64 MiB, a fraction of a second.
    /// </summary>
    private const long ReadAtOnce = 64L * 1024 * 1024;

    /// <summary>
    /// Hashes one object; false if it was set aside, null if it is not held any more, or the store as a whole is away.
    /// </summary>
    /// <param name="held">The object.</param>
    /// <param name="rate">Bytes a second; infinite for at once.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<bool?> VerifyAsync(HeldObject held, double rate, CancellationToken cancellationToken)
    {
        if (!IsHeld(held))
        {
            return null;
        }

        try
        {
            if (await HashAsync(layout.ObjectOf(held.Sha256), held.Size, rate, cancellationToken) != held.Sha256)
            {
                return await SetAsideAsync(held, "its bytes are not what its digest says");
            }

            order.Verified(held.Sha256);
            return true;
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            return await SetAsideAsync(held, e.Message);
        }
    }

    /// <summary>
    /// Something has happened to the file of an object, or it is not as it was left: looks what, and sees to it at once.
    /// </summary>
    /// <param name="digest">The object.</param>
    /// <param name="wasWritten">Whether its bytes were written to, which nobody may do.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task LookAsync(Sha256Digest digest, bool wasWritten, CancellationToken cancellationToken)
    {
        if (!store.TryGetObject(digest, out var held))
        {
            return;
        }

        if (!FileStat.TryOf(layout.ObjectOf(digest), out var status) || !status.IsRegular || status.Size != held.Size)
        {
            await SetAsideAsync(held, "it is missing or has another length");
            return;
        }

        if (wasWritten && held.Size > ReadAtOnce)
        {
            await SetAsideAsync(held, "somebody has written to it");
            return;
        }

        var isRedated = status.ModifiedSeconds != held.Modified;
        if ((wasWritten || isRedated) && await VerifyAsync(held, double.PositiveInfinity, cancellationToken) == true && isRedated)
        {
            await store.RedateAsync(digest);
        }
    }

    /// <summary>The digest of a file; null if it is not as long as it was.</summary>
    public async Task<Sha256Digest?> HashAsync(string path, long size, double rate, CancellationToken cancellationToken)
    {
        using var hasher = new FileHasher();
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return await hasher.OfAsync(file, size, read =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            metrics.Scrubbed(read);
            var cost = read + (read < FileHasher.StepSize ? ScrubPace.ObjectCost : 0);
            return double.IsPositiveInfinity(rate) ? Task.CompletedTask : pace.WaitAsync(cost, rate, cancellationToken);
        });
    }

    private bool IsHeld(HeldObject held) => store.TryGetObject(held.Sha256, out var now) && now.Id == held.Id && lifetime.IsThere();

    private async Task<bool?> SetAsideAsync(HeldObject held, string reason)
    {
        if (!IsHeld(held) || !await store.SetAsideAsync(held, isKnownDamaged: true))
        {
            return null;
        }

        LogDamaged(logger, held.Sha256, reason);
        metrics.Damaged();
        health.CountDamaged();
        return false;
    }

    [LoggerMessage(EventId = 360, Level = LogLevel.Error, Message = "Object {Digest} is damaged and is set aside: {Reason}")]
    private static partial void LogDamaged(ILogger logger, Sha256Digest digest, string reason);
}
