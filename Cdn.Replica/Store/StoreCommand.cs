namespace Cdn.Replica.Store;

/// <summary>
/// Something that the writer is to do. Commands of one group are written together, and are made or fail together.
/// </summary>
internal abstract class StoreCommand
{
    /// <summary>Bytes that it brings; they bound a group.</summary>
    public virtual long Bytes => 0;

    /// <summary>
    /// Does what is to be done with files, and says what changes. What fails by an exception of the disk is undone, and leaves
    /// the others of the group alone.
    /// </summary>
    public abstract void Prepare(StoreChange change);

    /// <summary>It is done, on the disk, and everybody sees it.</summary>
    public abstract void Done();

    /// <summary>Nothing of it is left.</summary>
    public abstract void Fail(StoreFailure failure);
}

/// <summary>A command that somebody waits for.</summary>
/// <typeparam name="T">What comes of it.</typeparam>
internal abstract class StoreCommand<T> : StoreCommand
{
    private readonly TaskCompletionSource<StoreResult<T>> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<StoreResult<T>> Result => _result.Task;

    /// <summary>What comes of it if the group is written.</summary>
    protected T? Value { get; set; }

    public override void Done() => _result.TrySetResult(new StoreResult<T>(Value, null));

    public override void Fail(StoreFailure failure) => _result.TrySetResult(new StoreResult<T>(default, failure));
}

/// <summary>What came of a command.</summary>
/// <param name="Value">What it came to.</param>
/// <param name="Failure">Why it was not done; null if it was.</param>
internal readonly record struct StoreResult<T>(T? Value, StoreFailure? Failure);
