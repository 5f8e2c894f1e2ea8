namespace Aspire.Hosting.Nginx.Container;

/// <summary>The image that nginx comes in.</summary>
internal static class NginxContainerImageTags
{
    public const string Registry = "docker.io";

    public const string Image = "library/nginx";

    public const string Tag = "1.29";

    public const string Whole = $"{Registry}/{Image}:{Tag}";
}
