using System.Collections.Frozen;
using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Origin.Ledger;

/// <summary>Answers whether a video is blocked; asked for every video of every catalog.</summary>
internal sealed class BlockSet
{
    private readonly FrozenSet<(VideoName Name, Sha256Digest? Version)> _names;
    private readonly ImmutableArray<PurgeSelector> _others;

    public BlockSet(ImmutableArray<Block> blocks)
    {
        All = blocks;
        _names = blocks.Where(block => block.What.Name is not null).Select(block => (block.What.Name!.Value, block.Sha256)).ToFrozenSet();
        _others = [.. blocks.Where(block => block.What.Name is null).Select(block => block.What)];
    }

    public ImmutableArray<Block> All { get; }

    public bool Contains(CatalogVideo video) =>
        _names.Contains((video.Name, null)) || _names.Contains((video.Name, video.Sha256)) || _others.Any(what => what.Matches(video.Name));
}
