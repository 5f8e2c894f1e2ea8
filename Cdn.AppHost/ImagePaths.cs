/// <summary>Where things are in the images of <c>deploy/</c>.</summary>
internal static class ImagePaths
{
    /// <summary>The videos, read-only.</summary>
    public const string Videos = "/videos";

    /// <summary>What a service keeps: the mount of its volume.</summary>
    public const string Data = "/data";

    /// <summary>A replica's store, a folder of its volume.</summary>
    public const string Store = "/data/store";

    /// <summary>The logs of what nginx served from the stores.</summary>
    public const string Served = "/served";
}
