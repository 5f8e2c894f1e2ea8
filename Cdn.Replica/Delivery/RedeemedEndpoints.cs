using Cdn.Contracts;
using Cdn.ServiceDefaults.Tokens;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Delivery;

/// <summary>
/// Step R6 with tokens on: the controllers are away, so a replica verifies the token, and sends its bearer to itself. What it
/// does not hold it pulls, or nginx goes on to the next.
/// </summary>
internal static class RedeemedEndpoints
{
    public static void MapRedeemed(this IEndpointRouteBuilder endpoints) => endpoints.MapRedeem((context, admission) =>
        (admission.Route == Routes.Video
            ? Results.Redirect(
                $"{admission.Pass}/{context.RequestServices.GetRequiredService<IOptions<ReplicaOptions>>().Value.Name}"
                + $"{Routes.For(Routes.Video, admission.Name)}{admission.Query}")
            : Results.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, detail: "No controller can be asked."))
        .ExecuteAsync(context));
}
