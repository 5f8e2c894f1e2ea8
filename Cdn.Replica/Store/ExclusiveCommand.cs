namespace Cdn.Replica.Store;

/// <summary>
/// Something that has the writer to itself while it runs: opening the store, or closing it. What fails is told to who waits.
/// </summary>
internal sealed class ExclusiveCommand(Action action) : StoreCommand<bool>
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it was run.</summary>
    public Task Ended => _ended.Task;

    public void Run()
    {
        try
        {
            action();
            _ended.SetResult();
        }
        catch (Exception e)
        {
            _ended.SetException(e); // Whatever it was: the writer goes on, and who waits sees to it.
        }

        Done();
    }

    public override void Prepare(StoreChange change) => throw new InvalidOperationException("It is run alone.");
}
