namespace Cdn.Controller.Cluster;

/// <summary>Which catalog of the origin the rows are of.</summary>
/// <param name="Set">Id of the origin's set of videos.</param>
/// <param name="Revision">Its revision.</param>
internal sealed record CatalogView(string Set, long Revision)
{
    /// <summary>
    /// It is what an earlier process had read last, and the origin has not been heard since. Good enough to steer by; nothing is
    /// filled or removed for it.
    /// </summary>
    public bool IsRemembered { get; init; }
}
