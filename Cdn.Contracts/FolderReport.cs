using System.Collections.Immutable;

namespace Cdn.Contracts;

/// <summary>Something below <c>VIDEO_DIR</c> that is not published.</summary>
/// <param name="Path">Its path below the folder, with what is not visible escaped.</param>
/// <param name="Reason">Why.</param>
public sealed record IgnoredFile(string Path, string Reason);

/// <summary>What waits to be hashed by the origin.</summary>
/// <param name="Waiting">Files.</param>
/// <param name="Bytes">Bytes of them.</param>
/// <param name="Running">Files that are being hashed.</param>
/// <param name="Oldest">The file that was found first of these; absent if there is none.</param>
/// <param name="OldestSeconds">How long ago.</param>
public sealed record HashingReport(int Waiting, long Bytes, int Running, string? Oldest, double OldestSeconds);

/// <summary>How the origin's folder is.</summary>
/// <param name="Files">Files that are published, or would be if they were not blocked.</param>
/// <param name="Watching">How changes are noticed: <c>inotify</c>, or why it is polled.</param>
/// <param name="ScanSeconds">What the last scan took; absent before the first.</param>
/// <param name="Hashing">What waits to be hashed.</param>
/// <param name="Troubles">What is wrong: what cannot be listed, is missing, or hangs. What was known of it stays
/// published.</param>
/// <param name="IgnoredTotal">How much is not published.</param>
/// <param name="Ignored">The first thousand of them, those first that somebody may wonder about.</param>
public sealed record FolderReport(
    int Files,
    string Watching,
    double? ScanSeconds,
    HashingReport Hashing,
    ImmutableArray<string> Troubles,
    int IgnoredTotal,
    ImmutableArray<IgnoredFile> Ignored);

/// <summary>Tells the origin that bytes which it sent were not those that its catalog says.</summary>
/// <param name="Video">The name.</param>
/// <param name="Sha256">The digest that they ought to have had.</param>
public sealed record VideoDoubt(VideoName Video, Sha256Digest Sha256);
