using Cdn.AppHost.Settings;
using Cdn.Contracts.Tokens;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.AppHost.Settings;

public sealed class TicketKeyStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Take_IsKept_AndNobodyElseMayReadIt()
    {
        var first = Take();

        Assert.Equal(first, Take());
        Assert.True(TicketKeys.TryParse(TicketKeys.Format(first), out var again));
        Assert.Equal(first, again);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "has no modes");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, _folder.ModeOf("tickets", "keys"));
    }

    [Fact]
    public void Take_AMonthLater_SignsWithANewOne_AndKnowsTheOldForAnother()
    {
        var old = Assert.Single(Take());
        _time.Advance(TimeSpan.FromDays(31));
        var both = Take();

        Assert.Equal(['b', 'a'], both.Select(key => key.Id));
        Assert.Equal(old, both[1]);

        _time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(['c', 'b'], Take().Select(key => key.Id));
    }

    private IReadOnlyList<TicketKey> Take() => new TicketKeyStore(_folder.Of("tickets", "keys"), _time).Take();
}
