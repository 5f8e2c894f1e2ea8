namespace Cdn.Controller.Fill;

/// <summary>What bounds the filling.</summary>
/// <param name="PerReplica">Pieces of work of one replica at a time.</param>
/// <param name="Total">Pieces of work of all replicas at a time.</param>
/// <param name="LongestRetry">Longest wait before something that failed is tried again.</param>
internal sealed record FillLimits(int PerReplica, int Total, TimeSpan LongestRetry)
{
    /// <summary>
    /// Videos of one replica that may wait for another one that is to get them first: 16,384. With eight replicas one in eight is
    /// its own, so that it still finds a whole batch.
    /// </summary>
    public const int MostWaiting = 16 * 1024;

    /// <summary>
    /// Videos in a row whose first try fails before a replica is left alone for a while: 8. Something is wrong with more than a
    /// video.
    /// </summary>
    public const int MostFirstFailures = 8;

    /// <summary>Longest time that a video waits for another replica to get it first: 2 s; then it is looked at again.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    public static FillLimits Of(ControllerOptions options) =>
        new(options.FillPerReplica, options.FillTotal, TimeSpan.FromSeconds(options.FillRetryMaxSeconds));
}
