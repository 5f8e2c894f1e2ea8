using System.Diagnostics;
using Cdn.Benchmarks.Measuring;
using Cdn.Contracts;
using Cdn.Controller.Placement;

namespace Cdn.Benchmarks.Plan;

/// <summary>Figures of one size of the problem, each on one core.</summary>
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
    private const int Lookups = 10_000_000;

    public static PlanMeasurement Of(PlanSubject subject)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var started = Stopwatch.GetTimestamp();
        var plan = PlacementPlan.Create(subject.Replicas, subject.Videos, Slack);
        var full = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / subject.Videos.Length;

        var leaving = new List<double>();
        var coming = new List<double>();
        for (var i = 0; i < Leavers; i++)
        {
            var without = subject.Without(i * subject.Replicas.All.Length / Leavers);
            PlacementPlan left = plan;
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
        var order = new int[Lookups];
        var random = new Random(2);
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = random.Next(names.Length);
        }

        var (allocated, found) = (GC.GetAllocatedBytesForCurrentThread(), 0L);
        var seconds = Seconds(() =>
        {
            foreach (var i in order)
            {
                found += plan.ReplicasOf(names[i]).Length;
            }
        });
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return found == (long)PlanSubject.Copies * Lookups
            ? (Lookups / seconds, allocated)
            : throw new InvalidOperationException($"{found} replicas were found where there ought to be {PlanSubject.Copies * Lookups}.");
    }

    private static double Seconds(Action action)
    {
        var started = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
