using Cdn.Contracts;

namespace Cdn.Placement;

/// <summary>A video that is to be placed.</summary>
/// <param name="Name">Its name, which decides where it goes: a new version stays where the old one was.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Copies">On how many replicas it is wanted, from 1.</param>
internal readonly record struct PlacementVideo(VideoName Name, long Size, int Copies);

/// <summary>A replica that videos can be placed on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Capacity">Bytes that it has room for; null if it has no limit.</param>
/// <param name="IsIn">Whether it gets videos. One that is given up keeps its number, so that the others keep theirs.</param>
internal sealed record PlacementReplica(string Name, long? Capacity, bool IsIn = true);
