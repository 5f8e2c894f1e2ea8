using Cdn.Origin.Files;
using Cdn.Origin.Watching;

namespace Cdn.Origin.Catalog;

/// <summary>What to do about a version of a file.</summary>
internal enum SettlingStep
{
    /// <summary>Read it: it is whole.</summary>
    Read,

    /// <summary>Read it twice: it is whole if both agree.</summary>
    ReadTwice,

    /// <summary>Look again later.</summary>
    Wait,
}

/// <summary>
/// Decides when a file is stable. Whether somebody has it open for writing is asked when it is read. What was renamed or linked
/// into place is
/// whole at once; what is written in place when it was left alone for <c>STABLE_FOR</c>; and a small file that is written again
/// and again,
/// as a playlist is, in between.
/// </summary>
internal static class Settling
{
    /// <summary>Longest file that is read between two writes: 1 MiB. Playlists and manifests have some KiB.</summary>
    public const long Small = 1024 * 1024;

    /// <summary>
    /// Age from which two writes have two times: 20 ms. The kernel's clock for files goes in steps of up to 10 ms; within one, a
    /// second write
    /// would not be seen.
    /// </summary>
    private static readonly TimeSpan ClockStep = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// Time in which the kernel tells of the first write to a file that was created: 50 ms. One that was linked has none.
    /// </summary>
    private static readonly TimeSpan LinkedAfter = TimeSpan.FromMilliseconds(50);

    /// <summary>Time between two readings that have to agree: 50 ms.</summary>
    public static readonly TimeSpan BetweenReadings = TimeSpan.FromMilliseconds(50);

    /// <param name="file">The version.</param>
    /// <param name="arrival">How it came here.</param>
    /// <param name="now">The time of day, in ticks since 1970.</param>
    /// <param name="seenFor">For how long it has been this version.</param>
    /// <param name="unsettledFor">For how long it has not been what is published.</param>
    /// <param name="isPublished">Whether something is published under its name.</param>
    /// <param name="patience"><c>STABLE_FOR</c>.</param>
    public static (SettlingStep Step, TimeSpan Wait) Decide(
        FileIdentity file, WatchHints arrival, long now, TimeSpan seenFor, TimeSpan unsettledFor, bool isPublished, TimeSpan patience)
    {
        var age = now - file.Changed;
        if (age >= 0 && age < ClockStep.Ticks)
        {
            return (SettlingStep.Wait, ClockStep - TimeSpan.FromTicks(age));
        }

        var isWritten = arrival.HasFlag(WatchHints.Written);
        if (!isWritten && arrival.HasFlag(WatchHints.MovedIn))
        {
            return (SettlingStep.Read, default);
        }

        if (!isWritten && arrival.HasFlag(WatchHints.Created))
        {
            return seenFor >= LinkedAfter ? (SettlingStep.Read, default) : (SettlingStep.Wait, LinkedAfter - seenFor);
        }

        if (seenFor >= patience || (!isWritten && file.Modified <= now && now - file.Modified >= patience.Ticks))
        {
            return (SettlingStep.Read, default);
        }

        return file.Size is > 0 and <= Small && (isPublished || unsettledFor >= patience)
            ? (SettlingStep.ReadTwice, default)
            : (SettlingStep.Wait, patience - seenFor);
    }
}
