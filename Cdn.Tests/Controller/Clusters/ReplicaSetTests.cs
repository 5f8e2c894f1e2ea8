using Cdn.Controller.Cluster;
using CsCheck;

namespace Cdn.Tests.Controller.Clusters;

public sealed class ReplicaSetTests
{
    [Fact]
    public void Set_IsWhatWasPutIn() => Gen.Select(Gen.Int[0, 200], Gen.Bool).Array[0, 60].Sample(changes =>
    {
        var (set, model) = (default(ReplicaSet), new SortedSet<int>());
        foreach (var (replica, isIn) in changes)
        {
            set = isIn ? set.With(replica) : set.Without(replica);
            _ = isIn ? model.Add(replica) : model.Remove(replica);
            Assert.Equal(isIn, set.Contains(replica));
        }

        var numbers = new List<int>();
        foreach (var replica in set)
        {
            numbers.Add(replica);
        }

        Assert.Equal(model, numbers);
        Assert.Equal((model.Count, model.Count == 0), (set.Count, set.IsEmpty));
    });
}
