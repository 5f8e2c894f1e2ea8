namespace Cdn.ServiceDefaults.Concurrency;

/// <summary>A task that ends with the next change; then there is a new one.</summary>
public sealed class NextChange
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the next change.</summary>
    public Task Task => Volatile.Read(ref _next).Task;

    /// <summary>Something has changed.</summary>
    public void Raise() =>
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
