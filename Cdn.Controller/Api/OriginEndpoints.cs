using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text.Json;
using Cdn.Contracts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cdn.Controller.Api;

/// <summary>How the origin's folder is, and what of it is not published.</summary>
internal static class OriginEndpoints
{
    public const string ClientName = "folder";

    /// <summary>Time that the origin has to answer: 2 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapOrigin(this IEndpointRouteBuilder api)
    {
        api.MapGet("/origin", OriginAsync).WithSummary("The origin's folder: files, what waits to be hashed, and what is wrong");
        api.MapGet("/ignored", IgnoredAsync).WithSummary("What lies in the origin's folder and is not published, and why");
    }

    private static async Task<Results<Ok<OriginAnswer>, ProblemHttpResult>> OriginAsync(
        IHttpClientFactory clients, CancellationToken cancellationToken) =>
        await AskAsync(clients, cancellationToken) is var (report, failure) && report is not null
            ? TypedResults.Ok(new OriginAnswer(
                report.Files, report.Watching, report.ScanSeconds, report.Hashing, report.Troubles, report.IgnoredTotal))
            : Away(failure);

    private static async Task<Results<Ok<IgnoredAnswer>, ProblemHttpResult>> IgnoredAsync(
        IHttpClientFactory clients, CancellationToken cancellationToken) =>
        await AskAsync(clients, cancellationToken) is var (report, failure) && report is not null
            ? TypedResults.Ok(new IgnoredAnswer(report.IgnoredTotal, report.Ignored))
            : Away(failure);

    private static ProblemHttpResult Away(string? failure) =>
        TypedResults.Problem(statusCode: StatusCodes.Status502BadGateway, detail: $"The origin cannot be asked: {failure}");

    private static async Task<(FolderReport? Report, string? Failure)> AskAsync(IHttpClientFactory clients, CancellationToken cancellationToken)
    {
        try
        {
            return (await clients.CreateClient(ClientName).GetFromJsonAsync(
                "http://origin" + Routes.Folder, WireJson.Default.FolderReport, cancellationToken), "it says nothing");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, e.Message);
        }
    }
}

/// <summary>The origin's folder.</summary>
/// <param name="Files">Files that are published, or would be if they were not blocked.</param>
/// <param name="Watching">How changes are noticed: <c>inotify</c>, or why it is polled.</param>
/// <param name="ScanSeconds">What the last scan took; absent before the first.</param>
/// <param name="Hashing">What waits to be hashed.</param>
/// <param name="Troubles">What cannot be listed, is missing, or hangs.</param>
/// <param name="Ignored">How many files are not published.</param>
internal sealed record OriginAnswer(
    int Files, string Watching, double? ScanSeconds, HashingReport Hashing, ImmutableArray<string> Troubles, int Ignored);

/// <summary>What is not published.</summary>
/// <param name="Total">How much.</param>
/// <param name="Files">The first thousand, those first that somebody may wonder about.</param>
internal sealed record IgnoredAnswer(int Total, ImmutableArray<IgnoredFile> Files);
