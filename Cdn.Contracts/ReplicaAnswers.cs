namespace Cdn.Contracts;

/// <summary>Whether a replica wants no more clients.</summary>
public sealed record DrainAnswer(bool Draining);

/// <summary>What came of hashing again everything that a replica holds.</summary>
/// <param name="Objects">Objects that are what they were when they were taken in. Equal videos are one object.</param>
/// <param name="Bytes">Bytes that these have.</param>
/// <param name="Damaged">Objects that are not, and were set aside for the controller to have them filled again.</param>
public sealed record VerifyAnswer(int Objects, long Bytes, int Damaged);
