using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Cdn.Contracts;

/// <summary>Empties a replica by hand.</summary>
internal static class PurgeCommand
{
    /// <summary>Videos that are dropped at the same time: a replica answers each when its index is on the disk.</summary>
    private const int AtOnce = 8;

    /// <summary>Time to answer: 10 s. A proxy in front of a stopped replica takes the connection, and never answers.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Adds <c>purge</c>: drops all that the replica holds. The controller sees it, and fills the replica again.</summary>
    public static IResourceBuilder<T> WithPurgeCommand<T>(this IResourceBuilder<T> replica, IResourceBuilder<ParameterResource> key)
        where T : IResourceWithEndpoints =>
        replica.WithCommand("purge", "Purge", context => ExecuteAsync(replica.GetEndpoint("http"), key.Resource, context), new CommandOptions
        {
            Description = "Drop all videos that this replica holds; the controller has it filled again.",
            ConfirmationMessage = $"Drop all videos of {replica.Resource.Name}? It is filled again.",
            IconName = "Delete",
        });

    private static async Task<ExecuteCommandResult> ExecuteAsync(
        EndpointReference replica, ParameterResource key, ExecuteCommandContext context)
    {
        using var http = new HttpClient { BaseAddress = new Uri(replica.Url), Timeout = Patience };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", await key.GetValueAsync(context.CancellationToken));
        try
        {
            var inventory = await http.GetFromJsonAsync(Routes.Inventory, WireJson.Default.Inventory, context.CancellationToken);
            var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = context.CancellationToken };
            await Parallel.ForEachAsync(inventory!.Videos, options, async (video, cancellationToken) =>
            {
                using var response = await http.DeleteAsync(Routes.For(Routes.CacheVideo, video.Name), cancellationToken);
                if (response.StatusCode != HttpStatusCode.NotFound) // evicted, or purged by somebody else, in the meantime
                {
                    response.EnsureSuccessStatusCode();
                }
            });
            return CommandResults.Success($"{inventory.Videos.Length} videos dropped.");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            return CommandResults.Failure(e.Message);
        }
    }
}
