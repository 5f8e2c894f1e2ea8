using System.Net;
using Cdn.ServiceDefaults.Limiting;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.ServiceDefaults.Limiting;

public sealed class ClientBudgetsTests
{
    private static readonly ClientNetwork One = ClientNetwork.Of(IPAddress.Parse("192.0.2.1"));
    private static readonly ClientNetwork Other = ClientNetwork.Of(IPAddress.Parse("192.0.2.2"));

    private readonly ManualTime _time = new();

    [Fact]
    public void TryTake_BeyondTheBurst_WaitsForOneToken_AndConcernsNobodyElse()
    {
        var budgets = new ClientBudgets(perSecond: 2, burst: 3, _time);

        Assert.Equal([true, true, true], Enumerable.Range(0, 3).Select(_ => budgets.TryTake(One, out var _)));
        Assert.False(budgets.TryTake(One, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
        Assert.True(budgets.TryTake(Other, out _));

        _time.Advance(wait - TimeSpan.FromTicks(1));
        Assert.False(budgets.TryTake(One, out _));
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(budgets.TryTake(One, out _));
        Assert.False(budgets.TryTake(One, out _));
    }

    [Fact]
    public void TryTake_AfterALongWhile_HasNoMoreThanTheBurst()
    {
        var budgets = new ClientBudgets(perSecond: 2, burst: 3, _time);
        budgets.TryTake(One, out _);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => budgets.TryTake(One, out var _)));
    }

    [Fact]
    public void GiveBack_OfWhatWasTaken_LeavesTheBucketFull()
    {
        var budgets = new ClientBudgets(perSecond: 1, burst: 2, _time);
        for (var i = 0; i < 10; i++)
        {
            Assert.True(budgets.TryTake(One, out _));
            budgets.GiveBack(One);
        }

        Assert.Equal(2, Enumerable.Range(0, 10).Count(_ => budgets.TryTake(One, out var _)));
    }

    [Fact]
    public void TryTake_WithoutALimit_NeverEnds()
    {
        var budgets = new ClientBudgets(perSecond: 0, burst: 1, _time);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.True(budgets.TryTake(One, out var _)));
        budgets.GiveBack(One);
        Assert.False(budgets.IsEmpty(One, out _));
    }

    [Fact]
    public void TryTake_ByMoreClientsThanAreRemembered_StaysBounded()
    {
        var budgets = new ClientBudgets(perSecond: 1, burst: 1, _time);
        for (var i = 0; i < ClientBudgets.MaxClients; i++)
        {
            Assert.True(budgets.TryTake(Of(i), out _));
        }

        Assert.False(budgets.TryTake(Of(0), out _));
        Assert.True(budgets.TryTake(Of(-1), out _)); // Nobody's bucket is full, so all are forgotten.
        Assert.True(budgets.TryTake(Of(0), out _));

        static ClientNetwork Of(int number) => ClientNetwork.Of(new IPAddress(BitConverter.GetBytes(number)));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("0.0.0.0", "::", false)]
    public void Of_TwoAddresses_IsOneClientIfOneHouseholdHasBoth(string one, string other, bool isSame) =>
        Assert.Equal(isSame, ClientNetwork.Of(IPAddress.Parse(one)) == ClientNetwork.Of(IPAddress.Parse(other)));

    [Fact]
    public void ToString_OfAClient_IsWhatAnOperatorLooksFor()
    {
        Assert.Equal("192.0.2.1", One.ToString());
        Assert.Equal("2001:db8:1:2::/64", ClientNetwork.Of(IPAddress.Parse("2001:db8:1:2::1")).ToString());
    }
}
