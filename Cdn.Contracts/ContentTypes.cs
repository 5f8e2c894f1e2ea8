using System.Collections.Frozen;

namespace Cdn.Contracts;

/// <summary>Media types of what a video CDN carries, by file extension. The replica, the origin and nginx answer alike.</summary>
public static class ContentTypes
{
    /// <summary>By extension, with its dot.</summary>
    public static IReadOnlyDictionary<string, string> ByExtension { get; } = new Dictionary<string, string>
    {
        [".mp4"] = "video/mp4",
        [".m4v"] = "video/mp4",
        [".m4a"] = "audio/mp4",
        [".m4s"] = "video/iso.segment",
        [".cmfv"] = "video/mp4",
        [".cmfa"] = "audio/mp4",
        [".mov"] = "video/quicktime",
        [".webm"] = "video/webm",
        [".mkv"] = "video/matroska",
        [".avi"] = "video/x-msvideo",
        [".ogv"] = "video/ogg",
        [".ts"] = "video/mp2t",
        [".m3u8"] = "application/vnd.apple.mpegurl",
        [".mpd"] = "application/dash+xml",
        [".vtt"] = "text/vtt",
        [".srt"] = "application/x-subrip",
        [".aac"] = "audio/aac",
        [".mp3"] = "audio/mpeg",
        [".opus"] = "audio/ogg",
        [".jpg"] = "image/jpeg",
        [".jpeg"] = "image/jpeg",
        [".png"] = "image/png",
        [".webp"] = "image/webp",
        [".json"] = "application/json",
        [".txt"] = "text/plain",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The media type of a name; <c>application/octet-stream</c> for an unknown extension.</summary>
    public static string Of(VideoName name) =>
        ByExtension.GetValueOrDefault(Path.GetExtension(name.Value), "application/octet-stream");
}
