namespace Cdn.Hosting;

/// <summary>How processes are started again and stopped. Configuration section <c>Hosting</c>.</summary>
internal sealed class SupervisionOptions
{
    /// <summary>Before the first restart. Default 250 ms: a crash is noticed, a port is free again.</summary>
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>The delay doubles with each restart, up to this. Default 10 s.</summary>
    public TimeSpan MaxRestartDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After so long a run the delay begins anew. Default 30 s, three times the longest delay.</summary>
    public TimeSpan RestartReset { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>So often a process may fail before it has ever worked; then the start is given up. Default 3.</summary>
    public int MaxStartFailures { get; set; } = 3;

    /// <summary>A process without health checks has worked when it has run so long. Default 3 s.</summary>
    public TimeSpan ProvenAfter { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Between the signal to stop and the one that ends everything. Default 5 s: longer than a request takes here.</summary>
    public TimeSpan StopGrace { get; set; } = TimeSpan.FromSeconds(5);
}
