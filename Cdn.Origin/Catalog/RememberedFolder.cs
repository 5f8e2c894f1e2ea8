namespace Cdn.Origin.Catalog;

/// <summary>What an earlier process knew.</summary>
/// <param name="Videos">What was published, and of which versions of the files.</param>
/// <param name="Mounts">What was mounted where: the device by path, the root's under the empty one.</param>
/// <param name="Times">Times that were given.</param>
/// <param name="WasPublished">Whether there was a catalog, so that what is new does not keep the first one waiting.</param>
internal sealed record RememberedFolder(
    IEnumerable<PublishedVideo> Videos, Dictionary<string, ulong> Mounts, LastModifiedTimes Times, bool WasPublished);
