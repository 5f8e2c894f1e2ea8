namespace Cdn.AppHost.Edge;

/// <summary>A replica that clients may name: <c>/replica1/video/...</c>.</summary>
/// <param name="Name">Its name, also that of its upstream.</param>
/// <param name="Store">The folder of its store, for nginx to read itself; null where nginx does not see it.</param>
/// <param name="Log">Where nginx writes what it served from there.</param>
internal sealed record EdgeReplica(string Name, string? Store, string? Log);
