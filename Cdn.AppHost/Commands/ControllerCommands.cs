using System.Net.Http.Json;
using System.Text.Json;
using Cdn.AppHost.Services;
using Cdn.Contracts;

namespace Cdn.AppHost.Commands;

/// <summary>What an operator does with all replicas together: calls of the operator's API.</summary>
internal static class ControllerCommands
{
    /// <summary>Adds <c>purge</c> and <c>replan</c>.</summary>
    /// <param name="controller">The controller.</param>
    /// <param name="operatorKey">The key to the operator's API.</param>
    public static IResourceBuilder<T> WithControllerCommands<T>(
        this IResourceBuilder<T> controller, IResourceBuilder<ParameterResource> operatorKey)
        where T : IResourceWithEndpoints =>
        controller
            .WithServiceCommand(
                operatorKey, "purge", "Purge",
                new CommandOptions
                {
                    Description = "Take a video, or all whose names begin alike, off every replica. "
                        + "It is recorded, and each replica gives a receipt.",
                    ConfirmationMessage =
                        "A purge takes videos off every replica, and cannot be taken back. Which ones is asked next. Go on?",
                    IconName = "Delete",
                    IsHighlighted = true,
                    UpdateState = CommandStates.WhileUp,
                    Arguments = PurgeForm.Inputs(operatorKey.Resource, controller.GetEndpoint("http")),
                    ValidateArguments = PurgeForm.ValidateAsync,
                },
                PurgeAsync)
            .WithServiceCommand(
                operatorKey, "replan", "Plan anew",
                new CommandOptions
                {
                    Description = "Forget failures and waits, and plan anew what every replica lacks.",
                    IconName = "ArrowSyncCheckmark",
                    UpdateState = CommandStates.WhileUp,
                },
                ReplanAsync);

    private static async Task<ExecuteCommandResult> PurgeAsync(HttpClient http, ExecuteCommandContext context)
    {
        var request = PurgeForm.Read(context.Arguments);
        using var body = JsonContent.Create(request, WireJson.Default.PurgeRequest);
        using var response = await http.SendAsync(HttpMethod.Post, "/api/purge", body, context.CancellationToken);
        var report = await response.Content.ReadFromJsonAsync<PurgeReport>(JsonSerializerOptions.Web, context.CancellationToken);
        return CommandResults.Success(
            report!.InWords(request), report.AsTable(), CommandResultFormat.Markdown, displayImmediately: true);
    }

    private static async Task<ExecuteCommandResult> ReplanAsync(HttpClient http, ExecuteCommandContext context)
    {
        using var response = await http.SendAsync(HttpMethod.Post, "/api/replan", null, context.CancellationToken);
        return CommandResults.Success("What failed is forgotten; what every replica lacks is planned anew.");
    }
}
