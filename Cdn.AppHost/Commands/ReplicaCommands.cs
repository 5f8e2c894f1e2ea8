using System.Net.Http.Json;
using Cdn.AppHost.Dashboard;
using Cdn.AppHost.Services;
using Cdn.AppHost.Terminal;
using Cdn.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.AppHost.Commands;

/// <summary>What an operator does with one replica.</summary>
internal static class ReplicaCommands
{
    /// <summary>Adds <c>drain</c>, <c>admit</c>, <c>verify</c> <c>drop-and-refill</c>; draining is shown as the state.</summary>
    /// <param name="replica">The replica.</param>
    /// <param name="key">The key between the services.</param>
    public static IResourceBuilder<T> WithReplicaCommands<T>(
        this IResourceBuilder<T> replica, IResourceBuilder<ParameterResource> key)
        where T : IResourceWithEndpoints
    {
        var name = replica.Resource.Name;
        return replica
            .WithServiceCommand(
                key, "drain", "Drain",
                new CommandOptions
                {
                    Description = "Give this replica no new clients, until it is admitted again. "
                        + "It stays filled, and remembers that over restarts.",
                    IconName = "ArrowExit",
                    UpdateState = CommandStates.WhileAdmitted,
                },
                (http, context) => SetAsync(
                    replica.Resource, Routes.Drain, $"{name} gets no new clients until it is admitted.", http, context))
            .WithServiceCommand(
                key, "admit", "Admit",
                new CommandOptions
                {
                    Description = "Give this replica clients again.",
                    IconName = "ArrowEnter",
                    UpdateState = CommandStates.WhileDraining,
                },
                (http, context) => SetAsync(replica.Resource, Routes.Admit, $"{name} gets clients again.", http, context))
            .WithServiceCommand(
                key, "verify", "Verify",
                new CommandOptions
                {
                    Description = "Hash again everything that this replica holds (SCRUB_RATE bytes a second). "
                        + "What is damaged is set aside and filled again.",
                    IconName = "ShieldCheckmark",
                    UpdateState = CommandStates.WhileUp,
                    Progress = new CommandProgressOptions { Title = name, Message = "What it holds is hashed again." },
                },
                VerifyAsync,
                Timeout.InfiniteTimeSpan)
            .WithServiceCommand(
                key, "drop-and-refill", "Drop and refill",
                new CommandOptions
                {
                    Description = "Drop all videos that this replica holds; the controller has it filled again.",
                    ConfirmationMessage = $"Drop all videos of {name}? It is filled again, and others serve meanwhile.",
                    IconName = "DeleteArrowBack",
                    UpdateState = CommandStates.WhileUp,
                },
                DropAsync)
            .ShowDraining();
    }

    private static IResourceBuilder<T> ShowDraining<T>(this IResourceBuilder<T> replica)
        where T : IResourceWithEndpoints
    {
        var services = replica.ApplicationBuilder.Services;
        if (services.All(service => service.ServiceType != typeof(DrainWatcher)))
        {
            services.AddSingleton<DrainWatcher>();
            services.AddHostedService(provider => provider.GetRequiredService<DrainWatcher>());
        }

        return replica.WithAnnotation(new DrainsAnnotation());
    }

    private static async Task<ExecuteCommandResult> SetAsync(
        IResourceWithEndpoints replica, string route, string done, HttpClient http, ExecuteCommandContext context)
    {
        using var response = await http.SendAsync(HttpMethod.Post, route, null, context.CancellationToken);
        await context.Services.GetRequiredService<DrainWatcher>().LookAsync(replica, context.CancellationToken);
        return Say(done);
    }

    private static async Task<ExecuteCommandResult> VerifyAsync(HttpClient http, ExecuteCommandContext context)
    {
        var answer = await http.ReadAsync(
            HttpMethod.Post, Routes.Verify, null, WireJson.Default.VerifyAnswer, context.CancellationToken);
        var well = $"{answer.Objects} objects of {Quantities.InWords(answer.Bytes)} are what they were when they came.";
        return Say(answer.Damaged == 0 ? well : $"{answer.Damaged} are damaged, and are filled again; {well}");
    }

    private static async Task<ExecuteCommandResult> DropAsync(HttpClient http, ExecuteCommandContext context)
    {
        var videos = await ReadInventoryAsync(http, context.CancellationToken);
        foreach (var together in videos.Chunk(Limits.MaxBatchVideos))
        {
            using var body = JsonContent.Create(new DropManyRequest([.. together]), WireJson.Default.DropManyRequest);
            var answer = await http.ReadAsync(
                HttpMethod.Post, Routes.DropVideos, body, WireJson.Default.DropManyAnswer, context.CancellationToken);

            // 404: evicted, purged or replaced by somebody else in the meantime.
            if (answer.Receipts.FirstOrDefault(receipt => receipt is { IsDone: false, Status: not 404 }) is { } failed)
            {
                throw new HttpRequestException($"'{failed.Video}' cannot be dropped: {failed.Reason}");
            }
        }

        var bytes = Quantities.InWords(videos.Sum(video => video.Size));
        return Say($"{videos.Count} videos of {bytes} are dropped; the controller has them filled again.");
    }

    private static async Task<List<HeldVideo>> ReadInventoryAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var (videos, cursor) = (new List<HeldVideo>(), FeedCursor.Start);
        while (true)
        {
            var (feed, _) = await http.ReadAsync(
                HttpMethod.Get, $"{Routes.Inventory}?{cursor.ToQuery()}", null, WireJson.Default.InventoryPage, cancellationToken);
            videos.AddRange(feed.Items);
            if (feed.Buckets is not { End: < BucketRange.Count and var next })
            {
                return videos;
            }

            cursor = new FeedCursor(feed.Set, feed.Revision, next);
        }
    }

    /// <summary>The dashboard shows the message, the CLI the data.</summary>
    private static ExecuteCommandResult Say(string text) => CommandResults.Success(text, text);
}
