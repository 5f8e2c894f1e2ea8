using Cdn.Contracts;
using Cdn.Contracts.Tokens;

namespace Cdn.Tests.Contracts.Tokens;

public sealed class GuardedNamesTests
{
    [Theory]
    [InlineData("off", "a.mp4", false)]
    [InlineData("", "a.mp4", false)]
    [InlineData("required", "a.mp4", true)]
    [InlineData("premium/*", "premium/a/b.mp4", true)]
    [InlineData("premium/*", "premium", false)]
    [InlineData("premium/*", "x/premium/a", false)]
    [InlineData("*.mp4, live/*", "live/a.m3u8", true)]
    [InlineData("*.mp4, live/*", "a/b.mp4", true)]
    [InlineData("*.mp4, live/*", "a/b_mp4", false)]
    [InlineData("a+(b)_[c]{1}$.mp4", "a+(b)_[c]{1}$.mp4", true)]
    public void Contains_IsAsTheSettingSays(string setting, string name, bool isGuarded)
    {
        Assert.True(GuardedNames.TryParse(setting, out var names));
        Assert.Equal(isGuarded, names.Contains(VideoName.Parse(name)));
    }

    [Theory]
    [InlineData("requird")]
    [InlineData("on")]
    [InlineData("premium/*,")]
    [InlineData("../x")]
    [InlineData("premium/")]
    public void TryParse_WhatIsNoPattern_IsRefused(string setting) => Assert.False(GuardedNames.TryParse(setting, out _));
}
