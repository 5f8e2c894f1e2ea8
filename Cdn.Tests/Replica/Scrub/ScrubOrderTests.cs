using Cdn.Contracts;
using Cdn.Replica.Scrub;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Replica.Scrub;

public sealed class ScrubOrderTests
{
    private static readonly Sha256Digest Hot = Bytes.Digest([1]);
    private static readonly Sha256Digest Warm = Bytes.Digest([2]);

    private readonly ManualTime _time = new();
    private readonly ScrubOrder _order;

    public ScrubOrderTests() => _order = new ScrubOrder(_time);

    [Fact]
    public void Next_IsWhatIsWantedMost_AndNotWhatWasReadLately()
    {
        Assert.Equal([Hot, Warm], Read(Hot, Warm, Hot));
        _time.Advance(ScrubOrder.Again / 2);
        Assert.Empty(Read(Hot, Warm));
        _time.Advance(ScrubOrder.Again / 2);
        Assert.Equal([Warm], Read(Warm));
    }

    private List<Sha256Digest> Read(params Sha256Digest[] wanted)
    {
        var read = new List<Sha256Digest>();
        _order.Want(wanted);
        while (_order.TryNext(out var next))
        {
            read.Add(next);
            _order.Verified(next);
        }

        return read;
    }
}
