namespace Cdn.Hosting;

/// <summary>How a process has ended that should not have.</summary>
internal readonly record struct EndedRun(int ExitCode, TimeSpan Ran, string? LastWords);

/// <summary>When a process is started again after a crash, and when it is given up.</summary>
internal sealed class RestartPolicy(SupervisionOptions options, bool hasChecks)
{
    private TimeSpan _delay = options.RestartDelay;

    /// <summary>Whether it has ever worked. What has worked once is started again for ever.</summary>
    public bool Proven { get; set; }

    /// <summary>Ends before it has ever worked.</summary>
    public int Failures { get; private set; }

    /// <summary>Restarts so far.</summary>
    public int Restarts { get; private set; }

    /// <summary>How long to wait after an end; null when it is given up.</summary>
    public TimeSpan? After(EndedRun run)
    {
        Proven |= !hasChecks && run.Ran >= options.ProvenAfter;
        if (!Proven && ++Failures >= options.MaxStartFailures)
        {
            return null;
        }

        if (run.Ran >= options.RestartReset)
        {
            _delay = options.RestartDelay;
        }

        var delay = _delay;
        _delay = TimeSpan.FromTicks(Math.Min(_delay.Ticks * 2, options.MaxRestartDelay.Ticks));
        Restarts++;
        return delay;
    }

    /// <summary>1st, 2nd, 3rd, 4th, 11th, 21st.</summary>
    public static string Ordinal(int n) => n + ((n % 100) is >= 11 and <= 13 ? "th" : (n % 10) switch
    {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    });
}
