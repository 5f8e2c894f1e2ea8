using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.State;

namespace Cdn.Replica.Delivery;

/// <summary>
/// Answers for one video: conditions, ranges, body (RFC 9110 sections 13 to 15). Header for header it is what nginx sends when it
/// reads the same video itself, except for what RFC 9110 has otherwise; nginx.conf sends those requests here.
/// </summary>
internal sealed class VideoResponse(HttpContext context, VideoName name, DeliveryMetrics metrics, string replica)
{
    /// <summary>Bytes read and sent at a time: 256 KiB, which nginx takes in one buffer.</summary>
    private const int BigStep = 256 * 1024;

    /// <summary>
    /// The same when many are being served: 64 KiB, a block of the connections' own pool, so that memory stays bounded.
    /// </summary>
    private const int SmallStep = 64 * 1024;

    /// <summary>Answers served at a time from which steps are small: 16.</summary>
    private const int Many = 16;

    private static long s_boundary = Random.Shared.NextInt64(1_000_000);

    private readonly IHeaderDictionary _asked = context.Request.Headers;
    private readonly HttpResponse _response = context.Response;

    /// <summary>Bytes of the video that were sent so far.</summary>
    public long Sent { get; private set; }

    public async Task SendAsync(VideoSource source)
    {
        var version = source.Version;
        var etag = version.ETag;
        var headers = _response.Headers;
        headers.ETag = etag;
        headers["Cache-Status"] = $"{replica}; {source.CacheStatus}";
        switch (Preconditions.Evaluate(_asked, etag, version.LastModified))
        {
            case Precondition.Failed:
                await FailAsync();
                return;
            case Precondition.NotModified:
                headers.LastModified = version.LastModified.ToString("R", CultureInfo.InvariantCulture);
                _response.StatusCode = StatusCodes.Status304NotModified;
                return;
        }

        // Ranges are defined for GET alone (section 14.2).
        var ranges = HttpMethods.IsGet(context.Request.Method) && Preconditions.AllowsRange(_asked, etag, version.LastModified)
            ? ByteRanges.Parse(_asked.Range.ToString() is { Length: > 0 } range ? range : null, version.Size)
            : null;
        _response.ContentType = ContentTypes.Of(name);
        if (ranges is { IsEmpty: true })
        {
            headers.ContentRange = $"bytes */{version.Size}";
            _response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            _response.ContentLength = 0;
            return;
        }

        headers.LastModified = version.LastModified.ToString("R", CultureInfo.InvariantCulture);
        if (WantsDigest(_asked["Want-Repr-Digest"].ToString()))
        {
            headers[CdnHeaders.ReprDigest] = version.Sha256.ToReprDigest();
        }

        await (ranges switch
        {
            null => SendWholeAsync(source),
            [var only] => SendPartAsync(source, only),
            { } several => SendPartsAsync(source, several),
        });
    }

    private Task SendWholeAsync(VideoSource source)
    {
        source.IsReadWhole = true;
        _response.Headers.AcceptRanges = "bytes";
        _response.ContentLength = source.Version.Size;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : StartAndCopyAsync(source, new ByteRange(0, source.Version.Size - 1));
    }

    private Task SendPartAsync(VideoSource source, ByteRange range)
    {
        _response.StatusCode = StatusCodes.Status206PartialContent;
        _response.Headers.ContentRange = ContentRange(source, range);
        _response.ContentLength = range.Length;
        return StartAndCopyAsync(source, range);
    }

    /// <summary>Section 14.6: multipart/byteranges, with a boundary of 20 digits as nginx has it.</summary>
    private async Task SendPartsAsync(VideoSource source, ImmutableArray<ByteRange> ranges)
    {
        var boundary = Interlocked.Increment(ref s_boundary).ToString("D20", CultureInfo.InvariantCulture);
        var type = _response.ContentType;
        var heads = ranges
            .Select(range => Encoding.ASCII.GetBytes(
                $"\r\n--{boundary}\r\nContent-Type: {type}\r\nContent-Range: {ContentRange(source, range)}\r\n\r\n"))
            .ToList();
        var end = Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n");
        _response.StatusCode = StatusCodes.Status206PartialContent;
        _response.ContentType = $"multipart/byteranges; boundary={boundary}";
        _response.ContentLength = heads.Sum(head => head.Length) + ranges.Sum(range => range.Length) + end.Length;
        await source.WaitAsync(ranges[0].First, context.RequestAborted);
        await _response.StartAsync(context.RequestAborted);
        for (var i = 0; i < ranges.Length; i++)
        {
            await _response.BodyWriter.WriteAsync(heads[i], context.RequestAborted);
            await CopyAsync(source, ranges[i]);
        }

        await _response.BodyWriter.WriteAsync(end, context.RequestAborted);
    }

    private async Task StartAndCopyAsync(VideoSource source, ByteRange range)
    {
        if (range.Length > 0)
        {
            await source.WaitAsync(range.First, context.RequestAborted);
            await _response.StartAsync(context.RequestAborted);
            await CopyAsync(source, range);
        }
    }

    private async Task CopyAsync(VideoSource source, ByteRange range)
    {
        var cancellationToken = context.RequestAborted;
        var step = metrics.BeginBody() > Many ? SmallStep : BigStep;
        var offset = range.First;
        try
        {
            while (offset <= range.Last)
            {
                var wanted = (int)Math.Min(step, range.Last - offset + 1);
                var read = await source.ReadAsync(_response.BodyWriter.GetMemory(wanted)[..wanted], offset, cancellationToken);
                _response.BodyWriter.Advance(read);
                offset += read;
                var flushed = await _response.BodyWriter.FlushAsync(cancellationToken);
                if (flushed.IsCompleted)
                {
                    return; // The client has gone.
                }
            }
        }
        finally
        {
            Sent += offset - range.First;
            metrics.EndBody(offset - range.First);
        }
    }

    private Task FailAsync()
    {
        _response.StatusCode = StatusCodes.Status412PreconditionFailed;
        _response.ContentType = "application/problem+json";
        return _response.WriteAsync("""{"title":"Precondition Failed","status":412}""", context.RequestAborted);
    }

    private static string ContentRange(VideoSource source, ByteRange range) =>
        string.Create(CultureInfo.InvariantCulture, $"bytes {range.First}-{range.Last}/{source.Version.Size}");

    /// <summary>Whether SHA-256 is among the wanted digests with a weight above 0 (RFC 9530 section 4).</summary>
    private static bool WantsDigest(string field) =>
        field.Length > 0 && field.Split(',', StringSplitOptions.TrimEntries).Any(member =>
            member.StartsWith("sha-256=", StringComparison.Ordinal) && member != "sha-256=0");
}
