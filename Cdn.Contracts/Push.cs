using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>Asks the origin, or a replica that holds a video or is receiving it, to push it to one replica (step F5).</summary>
/// <param name="Video">Its name.</param>
/// <param name="Replica">The replica's name, which service discovery resolves; never an address from outside.</param>
/// <param name="Content">Which version; a replica, which has no catalog, must be told. The origin goes by its own.</param>
public sealed record PushRequest(VideoName Video, string Replica, CatalogVideo? Content = null);

/// <summary>A push that the replica has verified.</summary>
/// <param name="Video">Its name.</param>
/// <param name="Replica">The replica's name.</param>
/// <param name="Size">Bytes of the video.</param>
/// <param name="Sent">Bytes that this push sent: 0 if the replica held it already, less than the size if it resumed.</param>
/// <param name="Seconds">Time it took.</param>
public sealed record PushResult(VideoName Video, string Replica, long Size, long Sent, double Seconds);

/// <summary>A push that is being sent.</summary>
/// <param name="Video">Its name.</param>
/// <param name="Replica">Where it goes.</param>
/// <param name="Size">Bytes of the video.</param>
/// <param name="Position">Bytes of it that the replica has been sent, in this push and those before it that it resumes.</param>
/// <param name="BytesPerSecond">Rate of this push so far.</param>
/// <param name="SecondsLeft">Time that the rest takes at this rate; absent while there is none.</param>
public sealed record RunningPush(
    VideoName Video, string Replica, long Size, long Position, double BytesPerSecond, double? SecondsLeft);

/// <summary>All pushes that are being sent by one service.</summary>
/// <param name="Pushes">Those that are being sent at this moment.</param>
/// <param name="SentBytes">Bytes that it has sent since its process began, in pushes that ended well or not.</param>
public sealed record RunningPushes(ImmutableArray<RunningPush> Pushes, long SentBytes);
