using System.Collections.Frozen;

namespace Cdn.Origin.Listing;

/// <summary>
/// Names that are no video's: what is hidden, what a system keeps for itself, and what tools call a file that is not finished.
/// </summary>
internal static class NameRules
{
    /// <summary>Reason of a name that starts with a dot, or belongs to the system.</summary>
    public const string Hidden = "hidden";

    /// <summary>Reason of a file that is not finished, by its name.</summary>
    public const string Temporary = "temporary";

    private static readonly FrozenSet<string> OfTheSystem =
        new[] { "lost+found", "@eaDir", "#recycle", "$RECYCLE.BIN", "System Volume Information" }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Firefox and most others, rclone, Chrome, Safari, Opera, aria2, yt-dlp, WinSCP, uTorrent, qBittorrent, BitComet, editors.
    /// </summary>
    private static readonly string[] Endings =
    [
        ".part", ".tmp", ".temp", ".partial", ".crdownload", ".download", ".opdownload", ".aria2", ".ytdl", ".filepart", ".!ut", ".!qb",
        ".bc!", ".incomplete", ".swp", "~",
    ];

    /// <summary>Pieces of yt-dlp (<c>film.mp4.part-Frag12</c>), and what it merges them into (<c>film.temp.mp4</c>).</summary>
    private static readonly string[] Infixes = [".part-Frag", ".temp."];

    /// <summary>What a tool keeps beside a file of the final name for as long as that is not finished: aria2, Firefox.</summary>
    public static IReadOnlyList<string> Companions { get; } = [".aria2", ".part"];

    /// <summary>Why a file or folder of this name is left out; null if its name is no reason.</summary>
    public static string? WhyLeftOut(string name)
    {
        if (name.StartsWith('.') || OfTheSystem.Contains(name))
        {
            return Hidden;
        }

        foreach (var ending in Endings)
        {
            if (name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
            {
                return Temporary;
            }
        }

        return Infixes.Any(infix => name.Contains(infix, StringComparison.OrdinalIgnoreCase)) ? Temporary : null;
    }
}
