using System.Collections.Frozen;
using Microsoft.AspNetCore.StaticFiles;

namespace Cdn.Contracts;

/// <summary>
/// Media types by file extension: ASP.NET Core's list, and what streaming knows better. The replica, the origin and nginx (by
/// <c>nginx/types.conf</c>, which a test compares) answer alike.
/// </summary>
public static class ContentTypes
{
    /// <summary>What ASP.NET Core's list lacks, or has for something else than a video CDN carries.</summary>
    private static readonly Dictionary<string, string> OfStreaming = new()
    {
        [".mp4"] = "video/mp4",
        [".m4v"] = "video/mp4",
        [".m4a"] = "audio/mp4",
        [".m4s"] = "video/iso.segment",
        [".cmfv"] = "video/mp4",
        [".cmfa"] = "audio/mp4",
        [".cmft"] = "application/mp4",
        [".mov"] = "video/quicktime",
        [".webm"] = "video/webm",
        [".weba"] = "audio/webm",
        [".mkv"] = "video/matroska",
        [".mka"] = "audio/matroska",
        [".avi"] = "video/x-msvideo",
        [".ogv"] = "video/ogg",
        [".ogg"] = "audio/ogg",
        [".ts"] = "video/mp2t",
        [".m2ts"] = "video/mp2t",
        [".mts"] = "video/mp2t",
        [".m3u8"] = "application/vnd.apple.mpegurl",
        [".m3u"] = "application/vnd.apple.mpegurl",
        [".mpd"] = "application/dash+xml",
        [".vtt"] = "text/vtt",
        [".srt"] = "application/x-subrip",
        [".ttml"] = "application/ttml+xml",
        [".dfxp"] = "application/ttml+xml",
        [".aac"] = "audio/aac",
        [".ac3"] = "audio/ac3",
        [".ec3"] = "audio/eac3",
        [".eac3"] = "audio/eac3",
        [".flac"] = "audio/flac",
        [".mp3"] = "audio/mpeg",
        [".opus"] = "audio/ogg",
        [".avif"] = "image/avif",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".webp"] = "image/webp",
        [".js"] = "text/javascript",
        [".mjs"] = "text/javascript",
        [".json"] = "application/json",
        [".map"] = "application/json",
        [".txt"] = "text/plain",
    };

    /// <summary>By extension, with its dot; in whatever case.</summary>
    public static IReadOnlyDictionary<string, string> ByExtension { get; } =
        new FileExtensionContentTypeProvider().Mappings.Where(type => !OfStreaming.ContainsKey(type.Key)).Concat(OfStreaming)
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The media type of a name; <c>application/octet-stream</c> for an unknown extension.</summary>
    public static string Of(VideoName name) =>
        ByExtension.GetValueOrDefault(Path.GetExtension(name.Value), "application/octet-stream");
}
