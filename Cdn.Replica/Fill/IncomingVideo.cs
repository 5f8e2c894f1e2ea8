using System.Globalization;
using Cdn.Contracts;
using Cdn.Replica.Intake;
using Cdn.Replica.State;

namespace Cdn.Replica.Fill;

/// <summary>What the head of a push says of the video to come.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sha256">Digest of the whole video.</param>
/// <param name="Size">Bytes of the whole video.</param>
/// <param name="Offset">Where the body goes on.</param>
/// <param name="LastModified">The origin's modification time.</param>
/// <param name="Purged">Up to where the sender has applied purges; null if it sends an original.</param>
internal sealed record IncomingVideo(
    VideoName Name, Sha256Digest Sha256, long Size, long Offset, DateTimeOffset LastModified, PurgeMark? Purged = null)
{
    /// <summary>Which content.</summary>
    public ContentVersion Version => new(Sha256, Size, LastModified);

    /// <summary>Reads it from a request, or says what is missing or contradicts itself.</summary>
    public static IntakeOutcome.Refused? TryRead(VideoName name, HttpRequest request, DateTimeOffset now, out IncomingVideo? video)
    {
        video = null;
        if (!Sha256Digest.TryParseReprDigest(request.Headers[CdnHeaders.ReprDigest], out var digest))
        {
            return new IntakeOutcome.Refused(400, "A push needs the digest of the video: Repr-Digest: sha-256=:<base64>:.");
        }

        if (request.ContentLength is not { } length)
        {
            return new IntakeOutcome.Refused(411, "A push needs a Content-Length.");
        }

        if (!TryReadNumber(request, CdnHeaders.UploadOffset, 0, out var offset)
            || !TryReadNumber(request, CdnHeaders.UploadLength, length, out var size))
        {
            return new IntakeOutcome.Refused(400, "Upload-Offset and Upload-Length must be numbers of bytes.");
        }

        if (length != size - offset)
        {
            return new IntakeOutcome.Refused(
                400, $"A body of {length} bytes from offset {offset} does not end at the {size} bytes of Upload-Length.");
        }

        var modified = request.GetTypedHeaders().LastModified ?? now;
        var seconds = DateTimeOffset.FromUnixTimeSeconds(modified.ToUnixTimeSeconds());
        var purged = request.Headers[CdnHeaders.Purged].ToString();
        video = new IncomingVideo(name, digest, size, offset, seconds, purged.Length == 0 ? null : PurgeMark.ParseHeader(purged) ?? PurgeMark.None);
        return null;
    }

    private static bool TryReadNumber(HttpRequest request, string header, long otherwise, out long number)
    {
        number = otherwise;
        var text = request.Headers[header].ToString();
        return text.Length == 0 || long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
