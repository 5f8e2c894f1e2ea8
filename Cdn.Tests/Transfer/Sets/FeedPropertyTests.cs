using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Transfer.Sets;
using CsCheck;

namespace Cdn.Tests.Transfer.Sets;

/// <summary>
/// Whatever happens to the answers of a feed (lost, late, twice, in another order), and whatever changes meanwhile: as soon as
/// they come through, the copy is what its owner has, and is proven to be; and it is never called proven when it is not.
/// </summary>
public sealed class FeedPropertyTests
{
    /// <summary>Items of an answer: few, so that a whole takes many.</summary>
    private const int MostItems = 30;

    private static readonly Gen<Act> GenAct = Gen.Frequency(
        (4, Gen.Int[0, 60].Select(Gen.Int[0, 4]).Select((name, size) => (Act)new Change(name, size))),
        (2, Gen.Int[1, 300].Select(count => (Act)new Bulk(count))),
        (6, Gen.Const((Act)new Ask())),
        (6, Gen.Int[0, 7].Select(which => (Act)new Deliver(which, false))),
        (2, Gen.Int[0, 7].Select(which => (Act)new Deliver(which, true))),
        (1, Gen.Int[0, 7].Select(which => (Act)new Lose(which))),
        (1, Gen.Const((Act)new Beat())),
        (1, Gen.Const((Act)new Expect())),
        (1, Gen.Const((Act)new Restart(true))),
        (1, Gen.Const((Act)new Restart(false))));

    [Fact]
    public void AnyLossDelayAndDoubling_EndsInEqualSets() => GenAct.Array[0, 60].Sample(
        acts =>
        {
            var world = new World();
            foreach (var act in acts)
            {
                world.Do(act);
                Assert.True(!world.Follower.IsProven || world.IsTrue());
            }

            world.Settle();
            Assert.True(world.Follower.IsProven);
            Assert.True(world.IsTrue());
            Assert.Equal(world.Owner.Current.Number, world.Follower.Cursor.Revision);
        },
        iter: 300);

    private abstract record Act;

    private sealed record Change(int Name, int Size) : Act;

    private sealed record Bulk(int Count) : Act;

    private sealed record Ask : Act;

    private sealed record Deliver(int Which, bool Keep) : Act;

    private sealed record Lose(int Which) : Act;

    private sealed record Beat : Act;

    private sealed record Expect : Act;

    private sealed record Restart(bool WithContent) : Act;

    private sealed class World
    {
        private readonly List<FeedPage<HeldVideo>> _onTheirWay = [];
        private readonly Dictionary<(string, long), ImmutableDictionary<VideoName, HeldContent>> _history = [];
        private readonly MapTarget _copy = new(MostItems);

        public World()
        {
            Follower = new FeedFollower<HeldVideo>(_copy);
            Remember();
        }

        public VersionedSet<HeldContent> Owner { get; } = new(SetDigest.Of, MostItems);

        public FeedFollower<HeldVideo> Follower { get; }

        public void Do(Act act)
        {
            switch (act)
            {
                case Change(var name, var size):
                    Apply([(VideoName.Parse($"v{name}"), size)]);
                    break;
                case Bulk(var count):
                    Apply(Enumerable.Range(0, count).Select(i => (VideoName.Parse($"bulk/{i}"), 1)));
                    break;
                case Ask:
                    _onTheirWay.Add(Owner.Read(Follower.Question, (name, held) => held.Named(name)));
                    break;
                case Deliver(var which, var keep) when _onTheirWay.Count > 0:
                    var page = _onTheirWay[which % _onTheirWay.Count];
                    _ = keep || _onTheirWay.Remove(page);
                    Follower.Apply(page);
                    break;
                case Lose(var which) when _onTheirWay.Count > 0:
                    _onTheirWay.RemoveAt(which % _onTheirWay.Count);
                    break;
                case Beat:
                    Follower.Hear(Owner.Current.Set, Owner.Current.Number, Owner.Current.Digest.ToString());
                    break;
                case Expect:
                    _copy.Expected = Owner.Current.Map; // Right now; later it may be wrong.
                    break;
                case Restart(var withContent):
                    Owner.Restart(withContent ? Owner.Current.Map : PersistentMap<VideoName, HeldContent>.Empty);
                    Remember();
                    break;
            }
        }

        /// <summary>Whether the copy is what the set was at the revision that the follower names.</summary>
        public bool IsTrue() =>
            _history.TryGetValue((Follower.Cursor.Set!, Follower.Cursor.Revision), out var then)
            && then.Count == _copy.Map.Count && then.All(item => _copy.Map.TryGetValue(item.Key, out var held) && held == item.Value);

        public void Settle()
        {
            for (var turn = 0; turn < 100 && !(Follower.IsProven && Follower.Cursor.Revision == Owner.Current.Number && Follower.Cursor.Set == Owner.Current.Set); turn++)
            {
                Follower.Apply(Owner.Read(Follower.Question, (name, held) => held.Named(name)));
            }
        }

        private void Apply(IEnumerable<(VideoName Name, int Size)> changes)
        {
            // Step by step as the set does it, so that every revision is known.
            foreach (var step in changes.Chunk(MostItems))
            {
                Owner.Apply(step.Select(change => change.Size == 0
                    ? SetChange<HeldContent>.Gone(change.Name)
                    : SetChange<HeldContent>.To(change.Name, new HeldContent(change.Size, default, true))));
                Remember();
            }
        }

        private void Remember() =>
            _history[(Owner.Current.Set, Owner.Current.Number)] = Owner.Current.Map.ToImmutableDictionary(item => item.Key, item => item.Value);
    }
}
