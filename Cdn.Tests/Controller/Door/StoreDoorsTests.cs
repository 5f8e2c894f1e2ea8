using Cdn.Controller.Door;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;

namespace Cdn.Tests.Controller.Door;

public sealed class StoreDoorsTests : IDisposable
{
    private readonly TemporaryFolder _store = new();
    private readonly StoreDoors _doors;

    public StoreDoorsTests()
    {
        Directory.CreateDirectory(_store.Of("names"));
        File.WriteAllText(_store.Of("names/a.mp4"), "a");
        Directory.CreateDirectory(_store.Of("door"));
        Directory.CreateSymbolicLink(_store.Of("door/names"), "../names");
        _doors = new StoreDoors(new ConfigurationBuilder()
            .AddInMemoryCollection([new("STORES:replica1", _store.Path), new("STORES:replica2", _store.Of("missing"))]).Build());
    }

    private bool IsOpen => File.Exists(_store.Of("door/names/a.mp4"));

    [Fact]
    public void Door_ClosesAndOpens_AndSaysWhetherThatWasAChange()
    {
        Assert.False(_doors.Set("replica1", true));
        Assert.True(IsOpen);
        Assert.True(_doors.Set("replica1", false));
        Assert.False(IsOpen);
        Assert.False(_doors.Set("replica1", false));
        Assert.True(_doors.Set("replica1", true));
        Assert.True(IsOpen);
    }

    [Fact]
    public void DoorOfAStoreThatIsNotThere_IsLeftAlone()
    {
        Assert.True(_doors.Has("replica2"));
        Assert.False(_doors.Set("replica2", false));
        Assert.False(Directory.Exists(_store.Of("missing")));
        Assert.False(_doors.Has("replica3"));
        Assert.False(_doors.Set("replica3", false));
    }

    public void Dispose() => _store.Dispose();
}
