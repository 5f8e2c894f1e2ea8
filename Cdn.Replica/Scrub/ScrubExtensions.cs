using Cdn.Contracts;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Replica.Scrub;

/// <summary>Integrity at rest.</summary>
internal static class ScrubExtensions
{
    public static void AddScrub(this IServiceCollection services)
    {
        services.AddSingleton<ScrubMetrics>();
        services.AddSingleton<ScrubOrder>();
        services.AddSingleton<ScrubPace>();
        services.AddSingleton<ObjectVerifier>();
        services.AddSingleton<NameLook>();
        services.AddSingleton<Scrubber>();
        services.AddHostedService(provider => provider.GetRequiredService<Scrubber>());
    }

    public static void MapScrub(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Routes.Verify, VerifyAsync).RequireSharedKey();

    private static async Task<Results<Ok<VerifyAnswer>, ProblemHttpResult>> VerifyAsync(
        Scrubber scrubber, CancellationToken cancellationToken) =>
        await scrubber.VerifyAllAsync(cancellationToken) is { } answer
            ? TypedResults.Ok(answer)
            : TypedResults.Problem(statusCode: StatusCodes.Status409Conflict, detail: "What is held is being verified already.");
}
