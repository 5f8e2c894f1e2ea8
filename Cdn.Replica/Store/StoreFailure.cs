using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>Why a change was not made. Nothing of it is left.</summary>
/// <param name="IsDiskFull">Whether it was for want of room.</param>
/// <param name="Reason">One sentence.</param>
internal sealed record StoreFailure(bool IsDiskFull, string Reason)
{
    public static StoreFailure Closed { get; } = new(false, "The store is not open.");

    /// <summary>The HTTP status of it.</summary>
    public int Status => IsDiskFull ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status500InternalServerError;

    public static StoreFailure Of(Exception error) => DiskErrors.IsFull(error)
        ? new StoreFailure(true, $"The disk of the store is full: {error.Message}")
        : new StoreFailure(false, $"The store cannot be written: {error.Message}");
}
