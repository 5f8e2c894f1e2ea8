namespace Cdn.ServiceDefaults.Concurrency;

/// <summary>The clock for everything that waits. It never goes back, and nobody sets it.</summary>
public static class MonotonicTime
{
    /// <summary>Time since a moment that is the same for the whole process.</summary>
    public static TimeSpan Now(this TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return time.GetElapsedTime(0);
    }
}
