using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Json;
using Cdn.Contracts;
using Cdn.ServiceDefaults.Discovery;
using Cdn.ServiceDefaults.Http;
using Microsoft.Extensions.Options;

namespace Cdn.Transfer.Push;

/// <summary>What is said to a replica during a push (step F6).</summary>
internal sealed class ReplicaClient(IHttpClientFactory clients, SendRate rate, IOptions<PushOptions> options, TimeProvider time)
{
    /// <summary>The named HTTP client that sends pushes.</summary>
    public const string ClientName = "replica";

    /// <summary>
    /// Body from which on a replica is asked before it is sent: 1 MiB. Sending less in vain costs no more than the question.
    /// </summary>
    private const long AskBeforeSending = 1024 * 1024;

    /// <summary>Time to answer how much it holds: 10 s.</summary>
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Time to answer once it has all bytes, for bringing them to the disk: 10 min.</summary>
    private static readonly TimeSpan VerifyTimeout = TimeSpan.FromMinutes(10);

    /// <summary>Asks how much of this very content the replica holds.</summary>
    /// <exception cref="HttpRequestException">It cannot be reached, or does not answer as a replica does.</exception>
    public async Task<(bool Complete, long Offset)> AskOffsetAsync(
        string replica, CatalogVideo video, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(AskTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        using var request = Request(HttpMethod.Head, replica, video);
        try
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, either.Token);
            response.EnsureSuccessStatusCode();
            var complete = Field(response, CdnHeaders.UploadComplete) == "?1";
            _ = long.TryParse(Field(response, CdnHeaders.UploadOffset), CultureInfo.InvariantCulture, out var offset);
            return (complete, Math.Clamp(offset, 0, video.Size));
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested)
        {
            throw new HttpRequestException($"no answer within {AskTimeout.TotalSeconds:0} s", e);
        }
    }

    /// <summary>Sends the rest of a video. Returns null when the replica verified it, else its status and reason.</summary>
    /// <exception cref="HttpRequestException">The connection broke; <paramref name="content"/> tells how far it came.</exception>
    public async Task<(int Status, string Reason)?> SendAsync(
        string replica, CatalogVideo video, long offset, PurgeMark? purged, PushContent content, CancellationToken cancellationToken)
    {
        using var request = Request(HttpMethod.Put, replica, video);
        request.Headers.Add(CdnHeaders.UploadOffset, offset.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add(CdnHeaders.UploadLength, video.Size.ToString(CultureInfo.InvariantCulture));
        if (purged is not null)
        {
            request.Headers.Add(CdnHeaders.Purged, purged.ToHeader());
        }

        request.Headers.ExpectContinue = video.Size - offset >= AskBeforeSending; // A replica that is full says so before it is sent gigabytes.
        content.Headers.LastModified = video.LastModified;
        request.Content = content;
        using var verification = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var answer = clients.CreateClient(ClientName).SendAsync(request, verification.Token);
        if (await Task.WhenAny(answer, content.Complete) != answer)
        {
            verification.CancelAfter(VerifyTimeout);
        }

        try
        {
            using var response = await answer;
            return response.IsSuccessStatusCode ? null : ((int)response.StatusCode, await response.ReadReasonAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the replica has all bytes and did not verify them within {VerifyTimeout.TotalMinutes:0} min");
        }
    }

    /// <summary>Sends many videos. Returns what the replica says of each that came whole.</summary>
    /// <exception cref="HttpRequestException">The connection broke, or the replica took none of it.</exception>
    public async Task<ImmutableArray<VideoReceipt>> SendManyAsync(
        string replica, PurgeMark? purged, BatchContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, ReplicaDirectory.AddressOf(replica, Routes.CacheVideos)) { Content = content };
        if (purged is not null)
        {
            request.Headers.Add(CdnHeaders.Purged, purged.ToHeader());
        }

        using var tooLong = new CancellationTokenSource(VerifyTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, tooLong.Token);
        try
        {
            using var response = await clients.CreateClient(ClientName).SendAsync(request, either.Token);
            await response.ThrowIfRefusedAsync(either.Token);
            var answer = await response.Content.ReadFromJsonAsync(WireJson.Default.ReceiveManyAnswer, either.Token);
            return answer?.Receipts ?? throw new HttpRequestException("the answer is null");
        }
        catch (OperationCanceledException e) when (tooLong.IsCancellationRequested)
        {
            throw new TimeoutException($"the replica did not take them within {VerifyTimeout.TotalMinutes:0} min", e);
        }
    }

    /// <summary>The body that sends a video from an offset on.</summary>
    public PushContent Content(IPushBytes bytes, CatalogVideo video, long offset) =>
        new(bytes, offset, video.Size, rate, TimeSpan.FromSeconds(options.Value.StallSeconds), time);

    private static HttpRequestMessage Request(HttpMethod method, string replica, CatalogVideo video)
    {
        var request = new HttpRequestMessage(
            method, ReplicaDirectory.AddressOf(replica, Routes.For(Routes.CacheVideo, video.Name)));
        request.Headers.Add(CdnHeaders.ReprDigest, video.Sha256.ToReprDigest());
        return request;
    }

    private static string? Field(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;
}
