using System.Globalization;
using System.Net.Http.Headers;
using Cdn.Contracts;
using Cdn.Replica.State;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Cdn.Replica.Pull;

/// <summary>What a replica asks of the origin.</summary>
internal sealed class OriginClient(IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>The named HTTP client that pulls.</summary>
    public const string ClientName = "pull";

    /// <summary>The named HTTP client that says what was wrong.</summary>
    public const string DoubtingName = "doubt";

    /// <summary>Time for the head of an answer: 5 s, and 15 s without a byte of its body.</summary>
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Asks for a video, or a part of this very version of it. Returns when the head of the answer is here.</summary>
    /// <exception cref="HttpRequestException">The origin cannot be reached.</exception>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public async Task<HttpResponseMessage> GetAsync(
        VideoName name, ContentVersion? version, ByteRange? range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, UriOf(name));
        if (range is { } part)
        {
            request.Headers.Range = new RangeHeaderValue(part.First, part.Last);
        }

        if (version is not null)
        {
            request.Headers.IfMatch.Add(EntityTagHeaderValue.Parse(version.ETag));
        }

        return await SendAsync(request, cancellationToken);
    }

    /// <summary>Asks what somebody asked us, as it is.</summary>
    /// <inheritdoc cref="GetAsync" path="/exception"/>
    public async Task<HttpResponseMessage> ForwardAsync(VideoName name, HttpRequest asked, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(asked.Method), UriOf(name));
        var isGet = HttpMethods.IsGet(asked.Method); // Ranges are defined for GET alone (RFC 9110 section 14.2).
        foreach (var (header, value) in asked.Headers)
        {
            if (header.StartsWith("If-", StringComparison.OrdinalIgnoreCase) || (isGet && header.Equals("Range", StringComparison.OrdinalIgnoreCase)))
            {
                request.Headers.TryAddWithoutValidation(header, value.ToString());
            }
        }

        return await SendAsync(request, cancellationToken);
    }

    /// <summary>
    /// Says that what came of a video is not what its digest says, so that the origin reads it again. If that is not heard, the
    /// next pull says it.
    /// </summary>
    public async Task DoubtAsync(VideoName name, Sha256Digest expected, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await clients.CreateClient(DoubtingName).PostAsJsonAsync(
                "http://origin" + Routes.DoubtVideo, new VideoDoubt(name, expected), WireJson.Default.VideoDoubt, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or TimeoutRejectedException or BrokenCircuitException)
        {
            // The origin is away, and so is the reason to tell it.
        }
    }

    /// <summary>The version that an answer carries; null if it does not say, which no origin of ours does.</summary>
    public static ContentVersion? VersionOf(HttpResponseMessage response)
    {
        var content = response.Content.Headers;
        var digest = response.Headers.TryGetValues(CdnHeaders.ReprDigest, out var values) ? values.FirstOrDefault() : null;
        return content is { ContentLength: { } length, LastModified: { } modified } && Sha256Digest.TryParseReprDigest(digest, out var sha256)
            ? new ContentVersion(sha256, content.ContentRange?.Length ?? length, modified)
            : null;
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(HeadTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await clients.CreateClient(ClientName).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException(
                string.Create(CultureInfo.InvariantCulture, $"The origin did not answer within {HeadTimeout.TotalSeconds:0} s."), e);
        }
    }

    private static Uri UriOf(VideoName name) => new("http://origin" + Routes.For(Routes.Video, name));
}
