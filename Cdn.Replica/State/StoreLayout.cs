using System.Globalization;
using Cdn.Contracts;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.State;

/// <summary>Where things are in <c>CACHE_DIR</c>.</summary>
internal sealed class StoreLayout(IOptions<ReplicaOptions> options)
{
    /// <summary>Begins the names of parts that were fetched out of turn: they do not outlive the process.</summary>
    public const string EarlyPrefix = "early-";

    /// <summary>Begins the names of links on their way.</summary>
    public const string LinkPrefix = "link-";

    public string Root { get; } = Path.GetFullPath(options.Value.CacheDir);

    /// <summary>Verified content, immutable: <c>objects/ab/&lt;sha256&gt;</c>.</summary>
    public string Objects { get; } = Path.Combine(Path.GetFullPath(options.Value.CacheDir), "objects");

    /// <summary>Hard links to objects, by video name.</summary>
    public string Names { get; } = Path.Combine(Path.GetFullPath(options.Value.CacheDir), "names");

    /// <summary>
    /// What is arriving, by digest; parts of it that were fetched out of turn; and links on their way into <see cref="Names"/>.
    /// </summary>
    public string Incoming => Path.Combine(Root, "incoming");

    /// <summary>What was found damaged.</summary>
    public string Quarantine => Path.Combine(Root, "quarantine");

    /// <summary>The index: which name has which object.</summary>
    public string Index => Path.Combine(Root, "index.db");

    /// <summary>
    /// Held while a replica runs on this store; its absence tells a running replica that the store was taken away.
    /// </summary>
    public string Lock => Path.Combine(Root, "lock");

    /// <summary>How far scrubbing has come.</summary>
    public string Scrubbed => Path.Combine(Root, "scrubbed");

    /// <summary>There while an operator wants the replica to be left alone.</summary>
    public string Drained => Path.Combine(Root, "drained");

    /// <summary>The folders of <see cref="Objects"/>: <c>00</c> to <c>ff</c>.</summary>
    public IEnumerable<string> ObjectFolders => Enumerable.Range(0, 256).Select(first => Path.Combine(Objects, first.ToString("x2", CultureInfo.InvariantCulture)));

    /// <summary>The way by which nginx goes in: a folder with a link to <see cref="Names"/>, which a controller can take away.</summary>
    public string Door => Path.Combine(Root, "door", "names");

    public string ObjectOf(Sha256Digest digest)
    {
        var hex = digest.ToString();
        return string.Concat(Objects, "/", hex.AsSpan(0, 2), string.Concat("/", hex));
    }

    public string NameOf(VideoName name) => string.Concat(Names, "/", name.Value);

    public string IncomingOf(Sha256Digest digest) => Path.Combine(Incoming, digest.ToString());

    /// <summary>A path of one's own in <see cref="Incoming"/> that does not outlive the process.</summary>
    public string TemporaryOf(string prefix) => Path.Combine(Incoming, $"{prefix}{Guid.NewGuid():N}");

    /// <summary>Makes what is missing, durably: an object is nowhere if the folder that it is in is not.</summary>
    /// <exception cref="IOException">That cannot be done.</exception>
    public void CreateFolders()
    {
        foreach (var folder in (string[])[Objects, Names, Incoming, Quarantine])
        {
            Directory.CreateDirectory(folder);
        }

        var isNew = false;
        foreach (var folder in ObjectFolders.Where(folder => !Directory.Exists(folder)))
        {
            Directory.CreateDirectory(folder);
            isNew = true;
        }

        if (isNew)
        {
            DurableFile.SyncFolder(Objects);
            DurableFile.SyncFolder(Root);
        }

        OpenDoor();
    }

    /// <summary>
    /// Lets nginx in, unless a controller has shut it out while a purge waited for this replica: then it lets it in again.
    /// </summary>
    private void OpenDoor()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Door)!);
        if (!File.Exists(Path.Combine(Root, "closed")) && !Directory.Exists(Door))
        {
            Directory.CreateSymbolicLink(Door, Path.Combine("..", "names"));
        }
    }
}
