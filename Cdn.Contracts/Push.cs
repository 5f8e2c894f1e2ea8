namespace Cdn.Contracts;

/// <summary>Asks the origin to push one video to one replica (step F5).</summary>
/// <param name="Video">Its name.</param>
/// <param name="Replica">The replica's name, which service discovery resolves; never an address from outside.</param>
public sealed record PushRequest(VideoName Video, string Replica);

/// <summary>A push that the replica has verified.</summary>
/// <param name="Video">Its name.</param>
/// <param name="Replica">The replica's name.</param>
/// <param name="Size">Bytes of the video.</param>
/// <param name="Sent">Bytes that this push sent: 0 if the replica held it already, less than the size if it resumed.</param>
/// <param name="Seconds">Time it took.</param>
public sealed record PushResult(VideoName Video, string Replica, long Size, long Sent, double Seconds);
