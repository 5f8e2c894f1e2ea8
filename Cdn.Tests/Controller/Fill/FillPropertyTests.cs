using Cdn.Contracts;
using Cdn.Controller.Cluster;
using Cdn.Controller.Fill;
using CsCheck;
using static Cdn.Tests.Controller.Snapshots;

namespace Cdn.Tests.Controller.Fill;

/// <summary>
/// Whatever is lost, late, twice or failing: in the end every replica holds what belongs there, and nothing is pushed without
/// bound. CsCheck prints the seed of what does not.
/// </summary>
public sealed class FillPropertyTests
{
    private const int Replicas = 3;
    private const int Names = 8;

    private static readonly int?[] Fates = [null, null, null, null, 0, 404, 409, 424, 499, 500, 502, 503, 507];

    private static readonly Gen<(int Act, int One, int Other)[]> Acts =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 999], Gen.Int[0, 999]).Array[0, 120];

    [Fact]
    public void Fill_WhateverHappens_EndsWithEverythingWhereItBelongs() => Check(copies: null);

    [Fact]
    public void Fill_OfSomeCopies_WhateverHappens_EndsWithEverythingWhereItBelongs() => Check(copies: 2);

    private static void Check(int? copies) => Acts.Sample(
        acts =>
        {
            var (world, late) = (new FillWorld(Replicas, copies), new List<FillResult>());
            foreach (var (act, one, other) in acts)
            {
                Act(world, late, act, one, other);
                foreach (var work in world.State.Replicas)
                {
                    Assert.InRange(work.Running, 0, world.State.Limits.PerReplica);
                }

                var sent = world.State.Running.Values.OfType<FillAction.Push>().SelectMany(push => push.Videos.Select(video => (push.Target, video.Name))).ToList();
                Assert.Equal(sent.Count, sent.Distinct().Count());
                var dropped = world.State.Running.Values.OfType<FillAction.Drop>().SelectMany(drop => drop.Videos.Select(video => (drop.Target, video.Name))).ToList();
                Assert.Equal(dropped.Count, dropped.Distinct().Count());
            }

            late.ForEach(world.Tell);
            var before = world.Pushes.Sum(push => push.Videos.Length);
            Assert.True(world.Settle(), "it does not settle");
            Assert.InRange(world.Pushes.Sum(push => push.Videos.Length) - before, 0, 3 * Replicas * Names);
            for (var i = 0; i < Replicas; i++)
            {
                Assert.True(world.Cluster.Current.IsWhole(i));
            }
        },
        iter: 300);

    private static void Act(FillWorld world, List<FillResult> late, int act, int one, int other)
    {
        var replica = other % Replicas;
        switch (act)
        {
            case 0:
                world.Publish(Video($"{one % Names}", version: other % 4, size: one % 3 == 0 ? 3_000_000 : 10));
                break;
            case 1:
                world.Unpublish(VideoName.Parse($"{one % Names}"));
                break;
            case 2:
                world.Set(replica, (ReplicaState)(one % 3));
                break;
            case 3 when one % 4 == 0:
                world.Stores[replica].Clear(); // An empty disk.
                break;
            case 4:
                world.Read(replica);
                break;
            case 5:
                world.Advance(TimeSpan.FromMilliseconds(one));
                break;
            case 6 when late.Count > 0:
                world.Tell(late[one % late.Count]); // Late, and perhaps again.
                break;
            case 7 or 8 when world.Open.Count > 0:
                var result = world.Do(world.Open[one % world.Open.Count], Fates[other % Fates.Length]);
                late.Add(result);
                if (one % 5 > 0)
                {
                    world.Tell(result);
                }

                break;
            default:
                world.Next();
                break;
        }
    }
}
