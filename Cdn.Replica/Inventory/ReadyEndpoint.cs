using Cdn.Contracts;
using Cdn.Replica.Store;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Replica.Inventory;

/// <summary>Whether this replica can serve clients: its store is open, and can be read.</summary>
internal static class ReadyEndpoint
{
    public static void MapReady(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(Routes.Ready, IsReady);

    private static Results<Ok, ProblemHttpResult> IsReady(VideoStore store, StoreHealth health) =>
        (health.Failure ?? store.Opening) is { } reason
            ? TypedResults.Problem(statusCode: StatusCodes.Status503ServiceUnavailable, detail: $"The store is not open: {reason}")
            : TypedResults.Ok();
}
