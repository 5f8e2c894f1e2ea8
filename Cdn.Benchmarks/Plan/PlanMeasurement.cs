using Cdn.Benchmarks.Measuring;
using Cdn.Contracts;
using Cdn.Placement;

namespace Cdn.Benchmarks.Plan;

/// <summary>Figures of one size of the problem. Seconds are of CPU time; nothing here runs in parallel.</summary>
/// <param name="Full">Seconds of a plan from the beginning.</param>
/// <param name="Leaving">Seconds of the plan without one replica, median over several.</param>
/// <param name="Coming">Seconds of the plan with that replica again.</param>
/// <param name="Arriving">Seconds of the plan with one more video, median over many.</param>
/// <param name="LookupsPerSecond">Questions for the replicas of a video, in random order.</param>
/// <param name="LookupBytes">Bytes that those allocated.</param>
/// <param name="BytesPerVideo">Memory of the plan, without the names.</param>
internal sealed record PlanMeasurement(
    double Full, double Leaving, double Coming, double Arriving, double LookupsPerSecond, long LookupBytes, double BytesPerVideo)
{
    private const double Slack = 0.25;
    private const int Leavers = 9;
    private const int Arrivals = 1001;
    private const int Questions = 1_000_000;
    private const int Rounds = 10;

    public static PlanMeasurement Of(PlanSubject subject)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var plan = PlacementPlan.Empty(subject.Replicas, Slack);
        var full = Seconds(() => plan = PlacementPlan.Create(subject.Replicas, subject.Videos, Slack));
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / subject.Videos.Length;

        var leaving = new List<double>();
        var coming = new List<double>();
        for (var i = 0; i < Leavers; i++)
        {
            var without = subject.Without(i * subject.Replicas.All.Length / Leavers);
            var left = plan;
            leaving.Add(Seconds(() => left = plan.With(without)));
            coming.Add(Seconds(() => left = left.With(subject.Replicas)));
        }

        var random = new Random(1);
        var arriving = new List<double>();
        for (var i = 0; i < Arrivals; i++)
        {
            var video = PlanSubject.Video(subject.Videos.Length + i, random);
            arriving.Add(Seconds(() => plan = plan.With([video], [])));
        }

        var (rate, allocated) = LookUp(plan, subject.Names);
        return new PlanMeasurement(
            full, Statistics.Median(leaving)!.Value, Statistics.Median(coming)!.Value, Statistics.Median(arriving)!.Value, rate, allocated, bytes);
    }

    private static (double PerSecond, long Bytes) LookUp(PlacementPlan plan, VideoName[] names)
    {
        // New strings in the order of the questions, as the names of requests are: read a moment ago.
        var random = new Random(2);
        var questions = new VideoName[Questions];
        for (var i = 0; i < questions.Length; i++)
        {
            questions[i] = VideoName.Parse(new string(names[random.Next(names.Length)].Value));
        }

        Ask(plan, questions.AsSpan(0, Questions / Rounds)); // For the compiler.
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = Environment.CpuUsage.TotalTime;
        var found = 0L;
        for (var round = 0; round < Rounds; round++)
        {
            found += Ask(plan, questions);
        }

        var seconds = (Environment.CpuUsage.TotalTime - started).TotalSeconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var expected = (long)PlanSubject.Copies * Questions * Rounds;
        return found == expected
            ? ((double)Questions * Rounds / seconds, allocated)
            : throw new InvalidOperationException($"{found} replicas were found where there ought to be {expected}.");
    }

    private static long Ask(PlacementPlan plan, ReadOnlySpan<VideoName> questions)
    {
        var found = 0L;
        foreach (var question in questions)
        {
            found += plan.ReplicasOf(question).Length;
        }

        return found;
    }

    /// <summary>CPU time of this process, which others on the machine do not make longer.</summary>
    private static double Seconds(Action action)
    {
        var started = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - started).TotalSeconds;
    }
}
