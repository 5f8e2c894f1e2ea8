using Cdn.Contracts.Tokens;
using Cdn.Controller.Tokens;
using Cdn.ServiceDefaults.Tokens;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Controller.Tokens;

public sealed class RevocationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public RevocationsTests()
    {
        Directory.CreateDirectory(_folder.Of("a"));
        Directory.CreateDirectory(_folder.Of("b"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Add_IsAtEveryDoor_AndListedUntilItIsLifted()
    {
        var revocations = Make();

        var receipts = revocations.Add(RevokedKind.Sub, "viewer", until: null)!;

        Assert.Equal([("a", true), ("b", true)], receipts.Select(receipt => (receipt.Door, receipt.Done)));
        var id = RevocationId.Of(RevokedKind.Sub, "viewer");
        Assert.True(File.Exists(_folder.Of("a", id)) && File.Exists(_folder.Of("b", id)));
        Assert.Equal("viewer", Assert.Single(Make().List()).Value);

        Assert.NotNull(revocations.Lift(RevokedKind.Sub, "viewer"));
        Assert.Empty(revocations.List());
        Assert.Empty(_folder.Files());
        Assert.Null(revocations.Lift(RevokedKind.Sub, "viewer"));
    }

    [Fact]
    public void Add_WhereADoorCannotBeReached_SaysSoInItsReceipt()
    {
        Directory.Delete(_folder.Of("b")); // It is not mounted.

        var receipts = Make().Add(RevokedKind.Jti, "one", until: null)!;

        Assert.Equal([true, false], receipts.Select(receipt => receipt.Done));
        Assert.NotNull(receipts[1].Reason);
    }

    [Fact]
    public void Tidy_RemovesWhatHitsNothingAnyMore_AndBringsTheRestToADoorThatWasAway()
    {
        var revocations = Make();
        revocations.Add(RevokedKind.Jti, "short", _time.GetUtcNow().AddMinutes(5));
        revocations.Add(RevokedKind.Jti, "long", until: null);
        Directory.Delete(_folder.Of("b"), recursive: true);
        Assert.Equal("b", Assert.Single(revocations.Tidy().Away).Door);
        Directory.CreateDirectory(_folder.Of("b"));

        Assert.Equal(0, revocations.Tidy().Gone);
        Assert.Equal(2, _folder.Files("b").Length);

        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(1, revocations.Tidy().Gone);
        Assert.Equal("long", Assert.Single(revocations.List()).Value);
    }

    [Fact]
    public void List_OfWhatIsNoRevocation_LeavesItOut()
    {
        File.WriteAllText(_folder.Of("a", "AAAAAAAAAAA"), "no json");
        File.WriteAllText(_folder.Of("a", "x.part"), "");

        Assert.Empty(Make().List());
    }

    private Revocations Make() => new(
        Options.Create(new TokenOptions { RevokedFolders = new Dictionary<string, string> { ["b"] = _folder.Of("b"), ["a"] = _folder.Of("a") } }), _time);
}
