using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Inventories;

/// <summary>
/// Step F3: reads what one replica holds once, and then what changes. Whether the replica lives is not its business: that is
/// known from heartbeats, which also tell whether what was read is still what the replica has.
/// </summary>
internal sealed partial class InventoryReader(
    int replica, string name, InventoryClient client, ClusterState cluster, TimeProvider time, ILogger<InventoryReader> logger)
{
    /// <summary>
    /// Pause after an answer that brought changes: 20 ms. While a replica is filled it changes many times a second.
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Pause after a reading that failed: 0.5 s, or until the replica gives a sign of life.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Longest wait for a catalog before the first reading: 10 s. It says what a replica probably holds, which then need not be
    /// sent; and without it nothing can be steered anyway.
    /// </summary>
    private static readonly TimeSpan CatalogFirst = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Signal _alive = new();
    private readonly FeedFollower<HeldVideo> _follower = new(new InventoryTarget(cluster, replica));
    private (Heartbeat Heartbeat, TimeSpan AskedAt)? _heard;
    private CancellationTokenSource? _asking;

    /// <summary>Raised when the inventory is known that was not.</summary>
    public event Action? Known;

    /// <summary>The replica says where its inventory is. Returns whether it is known, but for what has just changed.</summary>
    /// <param name="heartbeat">What it says.</param>
    /// <param name="askedAt">When it was asked.</param>
    public bool Hear(Heartbeat heartbeat, TimeSpan askedAt)
    {
        lock (_gate)
        {
            _alive.Set();
            var isSame = _follower.Hear(heartbeat.Set, heartbeat.Revision, heartbeat.Digest);
            var isOverdue = _heard is var (before, _) && before.Set == heartbeat.Set && before.Revision > _follower.Cursor.Revision;
            if (isSame)
            {
                Prove(heartbeat.Purged, askedAt);
            }
            else if (_follower.IsProven && heartbeat.Set == _follower.Cursor.Set && heartbeat.Revision <= _follower.Cursor.Revision)
            {
                Prove(cluster.Current.Replicas[replica].Mark, askedAt); // More than it said is known by now.
            }
            else if (_follower.Cursor.Bucket is null && (heartbeat.Set != _follower.Cursor.Set || isOverdue))
            {
                _asking?.Cancel(); // It waits for a process that is no more, or on a connection that is dead.
            }

            _heard = isSame ? null : (heartbeat, askedAt);
            return _follower.IsProven && _follower.Cursor.Set == heartbeat.Set;
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await AwaitCatalogAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await ReadAsync(cancellationToken))
                {
                    await Task.Delay(Pause, time, cancellationToken);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(logger, e, name); // Whatever a replica may answer, it is no reason for the controller to end.
                await _alive.WaitAsync(Retry, time, cancellationToken);
            }
        }
    }

    /// <summary>Asks once, and takes the answer. Returns whether it brought changes to what was known.</summary>
    public async Task<bool> ReadAsync(CancellationToken cancellationToken)
    {
        using var asking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        FeedCursor cursor;
        lock (_gate)
        {
            (cursor, _asking) = (_follower.Question, asking);
        }

        try
        {
            Take(await client.ReadAsync(name, cursor, asking.Token));
        }
        finally
        {
            lock (_gate)
            {
                _asking = null;
            }
        }

        return cursor.Bucket is null;
    }

    private async Task AwaitCatalogAsync(CancellationToken cancellationToken)
    {
        var changed = new Signal();
        cluster.Changed += changed.Set;
        try
        {
            var until = time.Now() + CatalogFirst;
            while (cluster.Current.Catalog is null && time.Now() < until)
            {
                await changed.WaitAsync(until - time.Now(), time, cancellationToken);
            }
        }
        finally
        {
            cluster.Changed -= changed.Set;
        }
    }

    private void Take(InventoryPage page)
    {
        var wasKnown = false;
        var isKnown = false;
        lock (_gate)
        {
            wasKnown = _follower.IsProven;
            cluster.Together(() =>
            {
                if (_follower.Apply(page.Feed) == FeedOutcome.Restarted)
                {
                    LogDiffers(logger, name);
                }

                // In the middle of a reading the mark is ahead of what is known.
                if (_follower.IsProven)
                {
                    Prove(page.Purged, _heard is var (heard, askedAt) && heard.Set == page.Feed.Set && heard.Revision <= page.Feed.Revision ? askedAt : null);
                }
            });
            isKnown = _follower.IsProven;
        }

        if (isKnown && !wasKnown)
        {
            LogRead(logger, name, cluster.Current.Counts.Held[replica].Videos);
            Known?.Invoke();
        }
    }

    private void Prove(PurgeMark? mark, TimeSpan? provenAt) => cluster.SetReplica(replica, before => before with
    {
        IsRead = true,
        Mark = mark,
        ProvenAt = provenAt > before.ProvenAt ? provenAt.Value : before.ProvenAt,
    });

    [LoggerMessage(EventId = 570, Level = LogLevel.Debug, Message = "The inventory of {Replica} is known: {Count} videos")]
    private static partial void LogRead(ILogger logger, string replica, int count);

    [LoggerMessage(EventId = 571, Level = LogLevel.Warning, Message = "What is known of {Replica} is not what it holds: its inventory is read again")]
    private static partial void LogDiffers(ILogger logger, string replica);

    [LoggerMessage(EventId = 572, Level = LogLevel.Debug, Message = "The inventory of {Replica} cannot be read")]
    private static partial void LogFailed(ILogger logger, Exception why, string replica);
}
