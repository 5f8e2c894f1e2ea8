namespace Aspire.Hosting.Nginx;

/// <summary>The image that nginx comes in.</summary>
internal static class NginxContainerImageTags
{
    /// <summary>docker.io</summary>
    public const string Registry = "docker.io";

    /// <summary>library/nginx</summary>
    public const string Image = "library/nginx";

    /// <summary>1.29</summary>
    public const string Tag = "1.29";
}
