using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Cdn.Transfer.Push;

/// <summary>
/// Keeps the pushes that are sent at a time to <c>PUSH_CONCURRENCY</c>; others wait, but no more than <c>PUSH_QUEUE</c>.
/// </summary>
internal sealed class PushTurns(IOptions<PushOptions> options) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = options.Value.Concurrency,
        QueueLimit = options.Value.Queue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits for a turn; dispose it when it is over. One that was not acquired stands for too many who wait.</summary>
    public ValueTask<RateLimitLease> AcquireAsync(CancellationToken cancellationToken) => _limiter.AcquireAsync(1, cancellationToken);

    public void Dispose() => _limiter.Dispose();
}
