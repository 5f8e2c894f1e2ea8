using System.Diagnostics.Metrics;
using Cdn.Contracts;
using Cdn.Controller;
using Cdn.Controller.Limiting;
using Cdn.Controller.Trust;
using Cdn.ServiceDefaults.Limiting;
using Cdn.Tests.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Controller.Limiting;

/// <summary>Somebody tries keys.</summary>
public sealed class WrongKeysTests : IDisposable
{
    private const int AtOnce = 3;
    private const string EdgeSecret = "a-secret-for-tests-0123";

    private readonly ManualTime _time = new();
    private readonly LogLines _log = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddLogging().BuildServiceProvider();
    private readonly WrongKeys _keys;

    public WrongKeysTests()
    {
        var meters = _services.GetRequiredService<IMeterFactory>();
        var claims = new EdgeClaims(Options.Create(new ControllerOptions { EdgeSecret = EdgeSecret }));
        _keys = new WrongKeys(
            new ClientBudgets(perSecond: 0.1, AtOnce, _time), claims, new LimitMetrics(meters, "test"), meters, _log);
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Invoke_TooManyWrongKeys_Is429ForThatAddressAlone_AndLoggedOnce()
    {
        for (var i = 0; i < AtOnce; i++)
        {
            Assert.Equal(401, await AskAsync("192.0.2.1", "wrong"));
        }

        Assert.Equal(429, await AskAsync("192.0.2.1", "wrong"));
        Assert.Equal(429, await AskAsync("192.0.2.1", "right")); // Or it would find it.
        Assert.Equal(200, await AskAsync("192.0.2.2", "right"));
        Assert.Equal(401, await AskAsync("192.0.2.1", null)); // Without a key nothing is tried.
        Assert.Contains("192.0.2.1: it is refused for 10.0 s", Assert.Single(_log.Lines));

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(200, await AskAsync("192.0.2.1", "right"));
        Assert.Equal(401, await AskAsync("192.0.2.1", "wrong"));
        Assert.Equal(429, await AskAsync("192.0.2.1", "wrong"));
    }

    [Fact]
    public async Task Invoke_WrongKeysAtTheSameTime_AllCount()
    {
        var gate = new TaskCompletionSource();
        var asked = Enumerable.Range(0, 13).Select(_ => AskAsync("192.0.2.1", "wrong", gate.Task)).ToList();
        gate.SetResult();
        Assert.All(await Task.WhenAll(asked), status => Assert.Equal(401, status));

        _time.Advance(TimeSpan.FromSeconds(100)); // Ten of them are paid for, of thirteen, and three may be owed.
        Assert.Equal(429, await AskAsync("192.0.2.1", "right"));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(200, await AskAsync("192.0.2.1", "right"));
    }

    [Fact]
    public async Task Invoke_RightKeys_AreNeverTooMany()
    {
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal(200, await AskAsync("192.0.2.1", "right"));
        }

        Assert.Empty(_log.Lines);
    }

    /// <summary>Who reaches the controller's own port has one address, whatever he says.</summary>
    [Fact]
    public async Task Invoke_AddressesThatNginxDoesNotVouchFor_AreOne()
    {
        for (var i = 0; i < AtOnce; i++)
        {
            Assert.Equal(401, await AskAsync($"192.0.2.{i}", "wrong", isNginx: false));
        }

        Assert.Equal(429, await AskAsync("192.0.2.99", "wrong", isNginx: false));
        Assert.Equal(401, await AskAsync("192.0.2.99", "wrong"));
    }

    private async Task<int> AskAsync(string client, string? key, Task? meanwhile = null, bool isNginx = true)
    {
        var context = new DefaultHttpContext { RequestServices = _services };
        context.Request.Path = "/api/status";
        context.Request.Headers[CdnHeaders.Client] = client;
        context.Request.Headers[CdnHeaders.Edge] = isNginx ? EdgeSecret : "";
        if (key is not null)
        {
            context.Request.Headers.Authorization = $"Bearer {key}";
        }

        await _keys.InvokeAsync(context, async next =>
        {
            await (meanwhile ?? Task.CompletedTask);
            next.Response.StatusCode = key == "right" ? 200 : 401;
        });
        Assert.Equal(context.Response.StatusCode == 429, context.Response.Headers.RetryAfter.Count == 1);
        return context.Response.StatusCode;
    }

    private sealed class LogLines : ILogger<WrongKeys>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}
