using Cdn.Contracts;
using Cdn.Origin.Files;

namespace Cdn.Origin.Catalog;

/// <summary>What is published of a file.</summary>
/// <param name="Video">What the catalog says.</param>
/// <param name="Identity">The version of the file that was read for it.</param>
internal sealed record PublishedVideo(CatalogVideo Video, FileIdentity Identity)
{
    /// <summary>It was given to the memory as it is: there is nothing to write. For the model alone.</summary>
    public bool IsRemembered { get; set; }
}
