using System.Text;
using Cdn.Contracts;
using Cdn.Replica.Fill;
using Microsoft.AspNetCore.Http;

namespace Cdn.Fuzz.Targets;

/// <summary>The head of a push, a field on each line: what is taken says how many bytes come, and where they end.</summary>
internal static class PushTarget
{
    private static readonly VideoName Name = VideoName.Parse("film.mp4");

    public static void Run(byte[] input)
    {
        var request = new DefaultHttpContext().Request;
        foreach (var line in Encoding.Latin1.GetString(input).Split('\n'))
        {
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                request.Headers[line[..colon]] = line[(colon + 1)..].Trim();
            }
        }

        var refused = IncomingVideo.TryRead(Name, request, DateTimeOffset.UnixEpoch, out var video);
        Claim.That(refused is null == video is not null, "there is a video, or a reason");
        if (refused is not null)
        {
            Claim.That(refused.Status is >= 400 and < 500 && refused.Reason.Length > 0, "it is the sender's to mend");
        }
        else
        {
            Claim.That(0 <= video!.Offset && video.Offset <= video.Size, "it goes on within the video");
            Claim.That(video.Size - video.Offset == request.ContentLength, "it ends where the video does");
            Claim.That(EntityTags.Of(video.LastModified, video.Size).Length > 0, "it has a tag");
        }
    }
}
