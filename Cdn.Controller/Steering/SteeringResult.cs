namespace Cdn.Controller.Steering;

/// <summary>Where a request is sent, or why nowhere.</summary>
internal enum SteeringResult
{
    /// <summary>To the replica that is named.</summary>
    Redirect,

    /// <summary>The catalog has no such video.</summary>
    Unknown,

    /// <summary>There is such a video, or there may be, and no replica has it or can get it.</summary>
    HeldNowhere,

    /// <summary>Those who have it are down.</summary>
    HoldersDown,
}
