namespace Cdn.Replica.Pull;

/// <summary>What the origin sent is not what its digest says.</summary>
internal sealed class WrongBytesException() : IOException("What arrived is not what the origin's digest says.");
