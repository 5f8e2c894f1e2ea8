using System.Collections.Concurrent;
using System.Net;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Cdn.Tests.Replica.Pull;

/// <summary>An origin with one video that counts who asks, and can be slow, wrong or broken when a test wants it.</summary>
public sealed class FakeOrigin : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _asked = new();

    private FakeOrigin(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>The ranges that were asked for, in order; "" for the whole.</summary>
    public IReadOnlyCollection<string> Asked => _asked;

    public byte[] Film { get; set; } = Bytes.Random(1_000_000);

    public DateTimeOffset LastModified { get; set; } = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    /// <summary>What it says the digest is, if not that of the film.</summary>
    public byte[]? Claimed { get; set; }

    public int Status { get; set; } = 200;

    /// <summary>
    /// Where an answer to the whole stops until <see cref="Gate"/> opens; or where it breaks off, once, if that is wanted.
    /// </summary>
    public int StopAt { get; set; } = int.MaxValue;

    public bool BreaksOff { get; set; }

    /// <summary>How many requests for a range are still answered 503.</summary>
    public int RefusedRanges { get; set; }

    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<FakeOrigin> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var origin = new FakeOrigin(builder.Build());
        origin._app.MapMethods("/video/{**name}", ["GET", "HEAD"], origin.AnswerAsync);
        await origin._app.StartAsync();
        origin.Address = origin._app.Urls.Single();
        return origin;
    }

    public async ValueTask DisposeAsync()
    {
        Gate.TrySetResult();
        await _app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(1)).Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        _asked.Enqueue(context.Request.Headers.Range.ToString());
        var (response, film) = (context.Response, Film);
        if (Status != 200 || (context.Request.Headers.Range.Count > 0 && RefusedRanges-- > 0))
        {
            response.StatusCode = Status == 200 ? 503 : Status;
            return;
        }

        var typed = response.GetTypedHeaders();
        typed.LastModified = LastModified;
        typed.ETag = new EntityTagHeaderValue(EntityTags.Of(LastModified, film.Length));
        response.Headers[CdnHeaders.ReprDigest] = Bytes.Digest(Claimed ?? film).ToReprDigest();
        var (first, last) = (0, film.Length - 1);
        if (context.Request.GetTypedHeaders().Range?.Ranges.Single() is { } range)
        {
            (first, last) = ((int)(range.From ?? film.Length - range.To!.Value), range.From is null ? last : (int)(range.To ?? last));
            response.StatusCode = StatusCodes.Status206PartialContent;
            typed.ContentRange = new ContentRangeHeaderValue(first, last, film.Length);
        }

        response.ContentLength = last - first + 1;
        var stop = Math.Clamp(StopAt, first, last + 1);
        if (response.StatusCode == StatusCodes.Status206PartialContent || stop > last)
        {
            await response.Body.WriteAsync(film.AsMemory(first, last - first + 1), context.RequestAborted);
            return;
        }

        await response.Body.WriteAsync(film.AsMemory(first, stop - first), context.RequestAborted);
        await response.Body.FlushAsync(context.RequestAborted);
        if (BreaksOff)
        {
            BreaksOff = false;
            return; // Fewer bytes than promised: Kestrel closes the connection.
        }

        await Gate.Task.WaitAsync(context.RequestAborted);
        await response.Body.WriteAsync(film.AsMemory(stop, last - stop + 1), context.RequestAborted);
    }
}
