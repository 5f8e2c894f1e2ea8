using Cdn.Origin.Watching;

namespace Cdn.Origin.Catalog;

/// <summary>A folder as it was listed last. The tree of them belongs to one thread.</summary>
internal sealed class Folder(Folder? parent, string leaf, bool isLink = false)
{
    public Folder? Parent => parent;

    public string Leaf => leaf;

    /// <summary>Its path below the root; empty for the root itself.</summary>
    public string Path { get; } = parent is null ? "" : parent.PathOf(leaf);

    /// <summary>How many links lead to it.</summary>
    public int LinkDepth { get; } = (parent?.LinkDepth ?? 0) + (isLink ? 1 : 0);

    public bool IsLink => isLink;

    public Dictionary<string, FileEntry> Files { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, Folder> Folders { get; } = new(StringComparer.Ordinal);

    /// <summary>What is left out, and why.</summary>
    public Dictionary<string, string> LeftOut { get; } = new(StringComparer.Ordinal);

    /// <summary>The device that it is on; null until it was listed.</summary>
    public ulong? Device { get; set; }

    /// <summary>
    /// The device that it is on as the folder that it is in says; 0 if that is not known. It says whom to keep waiting.
    /// </summary>
    public ulong ExpectedDevice { get; set; }

    /// <summary>Something is mounted here, as far as is remembered.</summary>
    public bool IsMount { get; set; }

    /// <summary>Its device has gone, or another one is in its place: what was known stays.</summary>
    public bool IsMissing { get; set; }

    /// <summary>Why it cannot be listed: what was known stays.</summary>
    public string? Trouble { get; set; }

    public bool IsGone { get; set; }

    /// <summary>How it came here; its files came the same way.</summary>
    public WatchHints Arrival { get; set; }

    /// <summary>What is asked, and what is to be asked after that.</summary>
    public FolderQuestions Questions { get; } = new();

    /// <summary>Whether there is anything in it that would be lost.</summary>
    public bool IsEmpty => Files.Count == 0 && Folders.Count == 0;

    public string PathOf(string name) => Path.Length == 0 ? name : $"{Path}/{name}";

    /// <summary>The root, and every folder down to this one.</summary>
    public List<Folder> Chain()
    {
        var chain = new List<Folder>();
        for (var folder = this; folder is not null; folder = folder.Parent)
        {
            chain.Add(folder);
        }

        chain.Reverse();
        return chain;
    }

    /// <summary>Itself and all folders below it.</summary>
    public IEnumerable<Folder> All()
    {
        yield return this;
        foreach (var folder in Folders.Values)
        {
            foreach (var below in folder.All())
            {
                yield return below;
            }
        }
    }
}
