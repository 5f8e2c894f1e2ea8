using Cdn.Contracts;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Store;

/// <summary>Where things are in <c>CACHE_DIR</c>.</summary>
internal sealed class StoreLayout(IOptions<ReplicaOptions> options)
{
    /// <summary>Begins the names of unfinished pulls in <see cref="Incoming"/>: unlike pushes, they do not outlive the process.</summary>
    public const string PullPrefix = "pull-";

    public string Root { get; } = Path.GetFullPath(options.Value.CacheDir);

    /// <summary>Verified content, immutable: <c>objects/ab/&lt;sha256&gt;</c>.</summary>
    public string Objects => Path.Combine(Root, "objects");

    /// <summary>Hard links to objects, by video name.</summary>
    public string Names => Path.Combine(Root, "names");

    /// <summary>Unfinished pushes, by digest; unfinished pulls; and links on their way into <see cref="Names"/>.</summary>
    public string Incoming => Path.Combine(Root, "incoming");

    /// <summary>What was found damaged.</summary>
    public string Quarantine => Path.Combine(Root, "quarantine");

    /// <summary>The index: which name has which object.</summary>
    public string Index => Path.Combine(Root, "index.db");

    /// <summary>Held while a replica runs on this store; its absence tells a running replica that the store was taken away.</summary>
    public string Lock => Path.Combine(Root, "lock");

    /// <summary>There while an operator wants the replica to be left alone.</summary>
    public string Drained => Path.Combine(Root, "drained");

    public string ObjectOf(Sha256Digest digest)
    {
        var hex = digest.ToString();
        return Path.Combine(Objects, hex[..2], hex);
    }

    public string NameOf(VideoName name) => Path.Combine(Names, name.Value);

    public string IncomingOf(Sha256Digest digest) => Path.Combine(Incoming, digest.ToString());

    public void CreateFolders()
    {
        foreach (var folder in (string[])[Objects, Names, Incoming, Quarantine])
        {
            Directory.CreateDirectory(folder);
        }
    }
}
