using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using Cdn.Controller.Trust;
using Cdn.ServiceDefaults.Limiting;

namespace Cdn.Controller.Limiting;

/// <summary>
/// Whoever tries keys to the operator's API soon waits: <c>LIMIT_WRONG_KEYS</c> a minute from one address. Meanwhile a right
/// key is no use to it either, else the wait would not keep it from finding that. Other addresses do not notice.
/// </summary>
internal sealed partial class WrongKeys
{
    private const string Limit = "wrong-keys";
    private const string Api = "/api";

    private readonly ClientBudgets _budgets;
    private readonly EdgeClaims _claims;
    private readonly LimitMetrics _limits;
    private readonly Counter<long> _wrong;
    private readonly ILogger<WrongKeys> _logger;

    public WrongKeys(
        ClientBudgets budgets, EdgeClaims claims, LimitMetrics limits, IMeterFactory meters, ILogger<WrongKeys> logger)
    {
        (_budgets, _claims, _limits, _logger) = (budgets, claims, limits, logger);
        _wrong = meters.Create("Cdn.Controller").CreateCounter<long>(
            "cdn.wrong_keys", "{request}", "Requests with a key that is none.");
    }

    /// <summary>Comes before authentication, whose answer tells whether the key was right.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers.Authorization.Count == 0 || !context.Request.Path.StartsWithSegments(Api))
        {
            await next(context);
            return;
        }

        var client = ClientNetwork.Of(IPAddress.TryParse(_claims.Client(context), out var address) ? address : IPAddress.None);
        if (_budgets.IsEmpty(client, out var wait))
        {
            _limits.Refused(Limit);
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await TypedResults.Problem(
                statusCode: StatusCodes.Status429TooManyRequests,
                detail: "Too many wrong keys came from this address.").ExecuteAsync(context);
            return;
        }

        await next(context);
        if (context.Response.StatusCode == StatusCodes.Status401Unauthorized)
        {
            _wrong.Add(1);
            _budgets.Charge(client); // Those that were tried at the same time all count, however many are left.
            if (_budgets.IsEmpty(client, out wait))
            {
                LogTooMany(_logger, client, wait.TotalSeconds); // What is refused meanwhile is counted, and not logged.
            }
        }
    }

    [LoggerMessage(EventId = 595, Level = LogLevel.Warning,
        Message = "Too many wrong keys to the operator's API came from {Client}: it is refused for {Seconds:0.0} s")]
    private static partial void LogTooMany(ILogger logger, ClientNetwork client, double seconds);
}
