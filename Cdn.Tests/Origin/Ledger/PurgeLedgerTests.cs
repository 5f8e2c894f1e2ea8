using Cdn.Contracts;
using Cdn.Origin;
using Cdn.Origin.Ledger;
using Cdn.ServiceDefaults;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Origin.Ledger;

public sealed class PurgeLedgerTests : IDisposable
{
    private static readonly PurgeSelector One = new(VideoName.Parse("a.mp4"));
    private static readonly PurgeSelector Everything = new(All: true);

    private readonly TemporaryFolder _state = new();

    public void Dispose() => _state.Dispose();

    [Fact]
    public void Ledger_OpenedAgain_HasWhatItHad()
    {
        string id;
        using (var ledger = Open())
        {
            id = ledger.Log.Id;
            ledger.Add(One, [new Block(One), new Block(One, Bytes.Digest(Bytes.Random(10)))]);
            ledger.Add(Everything, []);
            Assert.Equal(1, ledger.Close(id, 1).Closed);
        }

        using var again = Open();
        Assert.Equal((id, 2, 1), (again.Log.Id, again.Log.Last, again.Log.Closed));
        Assert.Equal([new Purge(2, Everything)], again.Log.Open);
        Assert.Equal(2, again.Blocks.All.Length);
        Assert.Equal(2, again.Lift(One));
        Assert.Empty(again.Blocks.All);
    }

    [Fact]
    public void Ledger_Damaged_IsForTheOperatorToDecideOn()
    {
        const string Damaged = "this was a database once, but no more";
        File.WriteAllText(_state.Of("purges.db"), Damaged);

        var error = Assert.Throws<OperatorException>(Open);

        Assert.Contains("says what was purged and blocked; mend it, or move it away to forget that", error.Message);
        Assert.Equal(Damaged, File.ReadAllText(_state.Of("purges.db")));
        Assert.Equal(["purges.db"], _state.Files());
    }

    private PurgeLedger Open() => new(Options.Create(new OriginOptions { StateDir = _state.Path }));
}
