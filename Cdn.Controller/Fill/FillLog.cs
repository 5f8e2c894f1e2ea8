using Cdn.Contracts;
using Cdn.Controller.Cluster;

namespace Cdn.Controller.Fill;

/// <summary>Says how filling goes, without saying the same a thousand times.</summary>
internal sealed partial class FillLog(int replicas, ILogger logger)
{
    private readonly bool?[] _wasWhole = new bool?[replicas];

    /// <summary>A replica has come to hold everything.</summary>
    public void Say(ClusterSnapshot snapshot)
    {
        if (snapshot.Catalog is not { IsRemembered: false } || !snapshot.IsPlanned)
        {
            return;
        }

        for (var i = 0; i < snapshot.Replicas.Length; i++)
        {
            if (snapshot.Replicas[i].State == ReplicaState.Down)
            {
                _wasWhole[i] = null;
            }
            else if (snapshot.IsWhole(i) && _wasWhole[i] != true)
            {
                (_wasWhole[i] is null ? (Action<ILogger, string, int>)LogComplete : LogCompleteAgain)(
                    logger, snapshot.Replicas[i].Name, snapshot.Planned(i).Videos);
                _wasWhole[i] = true;
            }
            else if (_wasWhole[i] == true && !snapshot.IsWhole(i))
            {
                _wasWhole[i] = false;
            }
        }
    }

    /// <summary>
    /// Something ended. What is replaced all the time, as a live playlist is, is often gone before it is pushed: that is no
    /// failure.
    /// </summary>
    public void Say(FillState state, FillResult result)
    {
        if (!state.Running.TryGetValue(result.Id, out var action) || state.Seen is not { } seen)
        {
            return;
        }

        var replica = seen.Replicas[action is FillAction.Push push ? push.Target : ((FillAction.Drop)action).Target].Name;
        foreach (var failed in result.Receipts.Where(receipt => !receipt.IsDone).GroupBy(receipt => receipt.Status))
        {
            var (first, others) = (failed.First(), failed.Count() - 1);
            (failed.Key is 404 or 409 ? (Action<ILogger, string, VideoName, int, string?>)LogOvertaken : LogFailed)(
                logger, replica, first.Video, others, first.Reason);
        }
    }

    [LoggerMessage(EventId = 522, Level = LogLevel.Information, Message = "{Replica} is proven to hold all {Count} videos")]
    private static partial void LogComplete(ILogger logger, string replica, int count);

    [LoggerMessage(EventId = 523, Level = LogLevel.Debug, Message = "{Replica} is proven to hold all {Count} videos again")]
    private static partial void LogCompleteAgain(ILogger logger, string replica, int count);

    [LoggerMessage(EventId = 524, Level = LogLevel.Debug, Message = "{Replica} was not brought up to date on {Video} and {Others} others, which have just changed: {Reason}")]
    private static partial void LogOvertaken(ILogger logger, string replica, VideoName video, int others, string? reason);

    [LoggerMessage(EventId = 521, Level = LogLevel.Warning, Message = "{Replica} was not brought up to date on {Video} and {Others} others: {Reason}")]
    private static partial void LogFailed(ILogger logger, string replica, VideoName video, int others, string? reason);
}
