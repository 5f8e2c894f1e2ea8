namespace Cdn.ServiceDefaults.Concurrency;

/// <summary>
/// Waits, again and again, for one of two things to change. What waits for a task that never ends leaves something with it; so
/// the wait for both
/// is made once for as long as they are the same, and each turn of it leaves nothing.
/// </summary>
public sealed class EitherChange
{
    private (Task One, Task Other) _expected;
    private Task? _either;

    /// <summary>What is waited for from now on.</summary>
    public void Expect(Task one, Task other)
    {
        if (_either is null || _expected != (one, other))
        {
            (_expected, _either) = ((one, other), Task.WhenAny(one, other));
        }
    }

    /// <summary>Waits for a change. Returns false if there was none for a while, or if it is over.</summary>
    public async Task<bool> WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await (_either ?? throw new InvalidOperationException("Nothing is expected.")).WaitAsync(atMost, time, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
