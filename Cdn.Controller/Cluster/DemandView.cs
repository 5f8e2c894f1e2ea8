using System.Collections.Frozen;
using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Controller.Cluster;

/// <summary>
/// What all replicas together were asked for lately. A function of their reports alone, which tell of periods that are over, so
/// controllers that have read the same want the same.
/// </summary>
/// <param name="PeriodSeconds">Length of a period.</param>
/// <param name="Periods">The last ones, the earliest first.</param>
internal sealed record DemandView(int PeriodSeconds, ImmutableArray<DemandSum> Periods)
{
    /// <summary>
    /// Most of the mean load of a replica that one copy of a video may cause: a tenth. From there on another copy takes a share.
    /// All of these copies together are at most twenty for each replica.
    /// </summary>
    private const double MostPerCopy = 0.1;

    /// <summary>Requests a second below which a video is not in demand: 1. A share of next to nothing is nothing.</summary>
    private const double FewestPerSecond = 1;

    /// <summary>
    /// Time after its end from which a period counts: 2 s, when all replicas have closed it, by their clocks, and have read
    /// nginx's log.
    /// </summary>
    private const int SettledAfterSeconds = 2;

    /// <summary>Nothing was asked for.</summary>
    public static DemandView Nothing { get; } = new(60, []);

    /// <summary>Adds up what the replicas report; each replica reports a period once.</summary>
    /// <param name="reports">
    /// The last report of each replica. One that is away reports no more, so old periods are left out here, too.
    /// </param>
    /// <param name="now">The time.</param>
    public static DemandView Of(IReadOnlyCollection<DemandReport> reports, DateTimeOffset now)
    {
        if (reports.Count == 0)
        {
            return Nothing;
        }

        // All replicas have the same setting; while one is being changed, the one that most have.
        var seconds = reports.GroupBy(report => report.PeriodSeconds).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).First().Key;
        return new DemandView(seconds, [
            .. reports.Where(report => report.PeriodSeconds == seconds)
                .SelectMany(report => report.Periods)
                .Where(period => period.Number >= (now.ToUnixTimeSeconds() / seconds) - Limits.DemandPeriods
                    && ((period.Number + 1) * seconds) + SettledAfterSeconds <= now.ToUnixTimeSeconds())
                .GroupBy(period => period.Number)
                .OrderBy(period => period.Key)
                .Select(period => new DemandSum(
                    period.Key,
                    period.Sum(one => one.Requests),
                    period.SelectMany(one => one.Videos).GroupBy(video => video.Name).ToFrozenDictionary(video => video.Key, video => video.Sum(one => one.Requests)))),
        ]);
    }

    /// <summary>How often a video was asked for in the last period that anything is known of.</summary>
    public long LatestRequests(VideoName video) => Periods.IsEmpty ? 0 : Periods[^1].Videos.GetValueOrDefault(video);

    /// <summary>
    /// Videos of which more copies are wanted than of all others, and how many: as many as it takes that none of them makes more
    /// than a tenth of the mean load of a replica. What counts is the busiest period of the last ones: copies come soon, and go
    /// when demand has been low for all of them.
    /// </summary>
    /// <param name="copies">Copies of all others.</param>
    /// <param name="most">Most copies.</param>
    /// <param name="replicas">How many replicas share the load.</param>
    public FrozenDictionary<VideoName, int> WantedCopies(int copies, int most, int replicas)
    {
        var wanted = new Dictionary<VideoName, int>();
        foreach (var period in Periods)
        {
            foreach (var (video, requests) in period.Videos)
            {
                var share = (double)requests / period.Requests;
                var needed = requests < FewestPerSecond * PeriodSeconds ? 0 : (int)Math.Min(Math.Ceiling(share * replicas / MostPerCopy), Math.Min(most, replicas));
                if (needed > copies && needed > wanted.GetValueOrDefault(video))
                {
                    wanted[video] = needed;
                }
            }
        }

        return wanted.ToFrozenDictionary();
    }
}

/// <summary>What was asked for in one period, of all replicas.</summary>
/// <param name="Number">Which one.</param>
/// <param name="Requests">Requests for all videos.</param>
/// <param name="Videos">How often the most wanted ones were asked for.</param>
internal sealed record DemandSum(long Number, long Requests, FrozenDictionary<VideoName, long> Videos);
