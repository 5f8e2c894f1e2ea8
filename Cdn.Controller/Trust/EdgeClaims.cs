using Cdn.Contracts;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Trust;

/// <summary>
/// What nginx says of a request beside the request: which replica failed it, and who the client is. It is believed only with the
/// secret that nginx and the controllers share (<c>EDGE_SECRET</c>): whoever else reaches this port could say it, too.
/// </summary>
internal sealed class EdgeClaims(IOptions<ControllerOptions> options)
{
    private readonly BearerKey[] _secret =
        options.Value.EdgeSecret is { Length: > 0 } secret ? [BearerKey.Of("edge", secret)] : [];

    /// <summary>
    /// The replica that did not answer this request (step R6); nothing if none, or if it is not nginx that says so.
    /// </summary>
    public string FailedReplica(HttpContext context)
    {
        var failed = context.Request.Headers[CdnHeaders.FailedReplica].ToString();
        return failed.Length > 0 && AreBelieved(context) ? failed : "";
    }

    /// <summary>Who asks: the address that nginx saw, or else the one that this process sees.</summary>
    public string Client(HttpContext context) =>
        context.Request.Headers[CdnHeaders.Client].ToString() is { Length: > 0 } client && AreBelieved(context)
            ? client
            : context.Connection.RemoteIpAddress?.ToString() ?? "this machine"; // By a Unix socket nobody has one.

    private bool AreBelieved(HttpContext context) =>
        context.Request.Headers[CdnHeaders.Edge].ToString() is { Length: > 0 } said && BearerKey.Find(_secret, said) is not null;
}
