using Cdn.Origin.Files;
using Cdn.Origin.Hashing;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Hashing;

public class HashQueueTests
{
    private const long Long = HashQueue.Short + 1;

    private readonly ManualTime _time = new();

    [Fact]
    public void Take_ShortOnes_AreNotBehindLongOnes()
    {
        using var queue = new HashQueue(_time);
        Add(queue, "long", Long);
        Add(queue, "short", 10);
        Add(queue, "shorter", 5);

        Assert.Equal("shorter", Take(queue, onlyShort: true));
        Assert.Equal("short", Take(queue));
        Assert.Equal("long", Take(queue));
    }

    [Fact]
    public void Take_ShortOnesWithoutEnd_TheLongOneHasItsTurn()
    {
        using var queue = new HashQueue(_time);
        Add(queue, "long", Long);
        var taken = Enumerable.Range(0, 8).Select(i =>
        {
            Add(queue, $"short{i}", 10);
            return Take(queue);
        });

        Assert.Contains("long", taken);
    }

    [Fact]
    public void Take_WhatIsPublishedAlready_IsFirstAndVerificationLast()
    {
        using var queue = new HashQueue(_time);
        Add(queue, "verified", 1, HashUrgency.Verification);
        Add(queue, "new", 10);
        Add(queue, "replaced", 100, HashUrgency.Replaced);

        Assert.Equal(["replaced", "new", "verified"], Enumerable.Range(0, 3).Select(_ => Take(queue)));
    }

    [Fact]
    public void Take_Cancelled_IsPassedOver()
    {
        using var queue = new HashQueue(_time);
        queue.Cancel(Add(queue, "gone", 10));
        Add(queue, "there", 20);

        Assert.Equal("there", Take(queue));
        Assert.Equal(0, queue.Backlog().Waiting);
    }

    [Fact]
    public void Take_DeviceThatHangs_IsLeftAloneUntilItAnswers()
    {
        using var queue = new HashQueue(_time);
        Add(queue, "hanging", 10, device: 7);
        var running = queue.Take(onlyShort: false, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Same(running, Assert.Single(queue.Stalled(TimeSpan.FromSeconds(5))));
        queue.Suspend(7);
        Add(queue, "beside", 10, device: 7);
        Add(queue, "elsewhere", 20, device: 8);

        Assert.Equal("elsewhere", Take(queue));
        queue.Done(running);
        queue.Resume(7);
        Assert.Equal("beside", Take(queue));
    }

    [Fact]
    public void Backlog_TellsHowMuchWaitsAndTheOldest()
    {
        using var queue = new HashQueue(_time);
        Add(queue, "first", Long);
        _time.Advance(TimeSpan.FromSeconds(3));
        Add(queue, "second", 10);
        Assert.Equal("second", Take(queue));

        Assert.Equal(new HashBacklog(1, Long, 1, "first", 3), queue.Backlog());
    }

    private HashJob Add(HashQueue queue, string name, long size, HashUrgency urgency = HashUrgency.New, ulong device = 1)
    {
        var job = new HashJob(new object(), name, new FileIdentity(device, 1, size, 0, 0), urgency, _time.GetTimestamp());
        queue.Add(job);
        return job;
    }

    private static string Take(HashQueue queue, bool onlyShort = false)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return queue.Take(onlyShort, patience.Token).Name;
    }
}
