using Cdn.Contracts;
using Cdn.ServiceDefaults.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Cdn.Transfer.Push;

/// <summary>
/// Settings of a service that pushes. Each is a configuration key and an environment variable of the name given.
/// </summary>
internal sealed class PushOptions
{
    /// <summary>
    /// <c>PUSH_CONCURRENCY</c>: pushes sent at a time. Default 16, as many as a controller asks for; 1 to 1,024. Each takes one
    /// 256 KiB buffer.
    /// </summary>
    public int Concurrency { get; set; } = 16;

    /// <summary>
    /// <c>PUSH_QUEUE</c>: pushes that may wait for their turn; more are answered 503. Default 1,024; 0 to 65,536.
    /// </summary>
    public int Queue { get; set; } = 1024;

    /// <summary><c>PUSH_STALL</c>: seconds without a byte taken after which a push is given up. Default 30; 1 to 3,600.</summary>
    public double StallSeconds { get; set; } = 30;

    /// <summary>
    /// <c>PUSH_RATE</c>: most bytes a second of all pushes together, with K, M or G if wanted. Default: no limit; at least 1M.
    /// </summary>
    public string Rate { get; set; } = "";

    /// <summary><see cref="Rate"/> in bytes a second.</summary>
    public long BytesPerSecond => ByteSize.TryParse(Rate, out var bytes) ? bytes : long.MaxValue;

    internal static void Bind(PushOptions options, IConfiguration configuration)
    {
        options.Concurrency = configuration.GetValue("PUSH_CONCURRENCY", options.Concurrency);
        options.Queue = configuration.GetValue("PUSH_QUEUE", options.Queue);
        options.StallSeconds = configuration.GetValue("PUSH_STALL", options.StallSeconds);
        options.Rate = configuration["PUSH_RATE"] ?? "";
    }
}

/// <summary>Reports every setting that is wrong, at once.</summary>
internal sealed class PushOptionsValidator : IValidateOptions<PushOptions>
{
    /// <summary>Slowest rate: 1 MiB a second. More slowly, the pushes that share it would seem to have stalled.</summary>
    private const long SlowestRate = 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, PushOptions options)
    {
        var errors = new SettingErrors();
        errors.RequireRange("PUSH_CONCURRENCY", options.Concurrency, 1, 1024);
        errors.RequireRange("PUSH_QUEUE", options.Queue, 0, 65_536);
        errors.RequireRange("PUSH_STALL", options.StallSeconds, 1, 3600);
        errors.Require(
            ByteSize.TryParse(options.Rate, out var rate) && rate >= SlowestRate,
            $"PUSH_RATE must be a number of bytes a second from 1M, with K, M or G if wanted; it is '{options.Rate}'.");
        return errors.ToResult();
    }
}
