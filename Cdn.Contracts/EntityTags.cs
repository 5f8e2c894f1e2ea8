namespace Cdn.Contracts;

/// <summary>
/// The strong <c>ETag</c> of a video. It has the form that nginx makes of a file, <c>"mtime-size"</c> in hexadecimal, so that
/// a file that nginx reads itself and one that a replica serves carry the same tag on every replica. Two versions of a name
/// never share one: the origin gives each its own modification time (see <see cref="CatalogVideo.LastModified"/>).
/// </summary>
public static class EntityTags
{
    /// <summary>The tag with its quotes.</summary>
    public static string Of(DateTimeOffset lastModified, long size) => $"\"{lastModified.ToUnixTimeSeconds():x}-{size:x}\"";
}
