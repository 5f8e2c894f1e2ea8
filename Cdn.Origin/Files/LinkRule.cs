namespace Cdn.Origin.Files;

/// <summary>Which symbolic links are followed; the same for links to files and to folders (<c>LINKS</c>).</summary>
internal enum LinkRule
{
    /// <summary>Those that lead to something within <c>VIDEO_DIR</c>.</summary>
    Inside,

    /// <summary>None.</summary>
    Never,

    /// <summary>All.</summary>
    Anywhere,
}
