using System.Net.Http.Headers;
using Cdn.Contracts;

/// <summary>What an operator does most often, as commands of the dashboard.</summary>
internal static class OperatorCommands
{
    /// <summary>Time to answer: 10 s, as for <see cref="PurgeCommand"/>.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Adds <c>drain</c> and <c>admit</c>: the replica tells all controllers that it wants no more clients, or wants them again.</summary>
    public static IResourceBuilder<T> WithDrainCommands<T>(this IResourceBuilder<T> replica, IResourceBuilder<ParameterResource> key)
        where T : IResourceWithEndpoints =>
        replica
            .WithCommand("drain", "Drain", context => PostAsync(replica, Routes.Drain, key, context), new CommandOptions
            {
                Description = "Give this replica no new clients, until it is admitted again. It remembers that over restarts.",
                IconName = "ArrowExit",
            })
            .WithCommand("admit", "Admit", context => PostAsync(replica, Routes.Admit, key, context), new CommandOptions
            {
                Description = "Give this replica clients again.",
                IconName = "ArrowEnter",
            });

    /// <summary>Adds <c>replan</c>: what failed is tried again at once.</summary>
    public static IResourceBuilder<T> WithReplanCommand<T>(this IResourceBuilder<T> controller, IResourceBuilder<ParameterResource> key)
        where T : IResourceWithEndpoints =>
        controller.WithCommand("replan", "Plan anew", context => PostAsync(controller, "/api/replan", key, context), new CommandOptions
        {
            Description = "Forget failures and waits, and plan anew what every replica lacks.",
            IconName = "ArrowSync",
        });

    private static async Task<ExecuteCommandResult> PostAsync<T>(
        IResourceBuilder<T> resource, string path, IResourceBuilder<ParameterResource> key, ExecuteCommandContext context)
        where T : IResourceWithEndpoints
    {
        using var http = new HttpClient { BaseAddress = new Uri(resource.GetEndpoint("http").Url), Timeout = Patience };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", await key.Resource.GetValueAsync(context.CancellationToken));
        try
        {
            using var response = await http.PostAsync(new Uri(path, UriKind.Relative), null, context.CancellationToken);
            response.EnsureSuccessStatusCode();
            return CommandResults.Success();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException { InnerException: TimeoutException })
        {
            return CommandResults.Failure(e.Message);
        }
    }
}
