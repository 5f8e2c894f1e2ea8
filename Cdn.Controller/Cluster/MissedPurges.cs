using System.Collections.Frozen;
using System.Collections.Immutable;
using Cdn.Contracts;

namespace Cdn.Controller.Cluster;

/// <summary>
/// What a replica has still to purge. Until it has, nothing of it is believed: it is out for what was purged from the moment that
/// the purge is known, and in for everything else.
/// </summary>
internal sealed class MissedPurges
{
    private readonly bool _all;
    private readonly FrozenSet<VideoName> _names;
    private readonly ImmutableArray<string> _prefixes;

    private MissedPurges(ICollection<Contracts.Purge> purges)
    {
        _all = purges.Any(purge => purge.What.All);
        _names = purges.Where(purge => purge.What.Name is not null).Select(purge => purge.What.Name!.Value).ToFrozenSet();
        _prefixes = [.. purges.Where(purge => purge.What.Prefix is not null).Select(purge => purge.What.Prefix!)];
    }

    public static MissedPurges None { get; } = new([]);

    /// <summary>What somebody with this mark has missed of a log.</summary>
    public static MissedPurges Of(PurgeLog log, PurgeMark? mark)
    {
        if (log.AppliedBy(mark) >= log.Last)
        {
            return None;
        }

        var missed = log.MissedBy(mark).ToList();
        return missed.Count == 0 ? None : new MissedPurges(missed);
    }

    /// <summary>Whether a video has to go.</summary>
    public bool Contains(VideoName video)
    {
        if (this == None)
        {
            return false;
        }

        if (_all || _names.Contains(video))
        {
            return true;
        }

        foreach (var prefix in _prefixes)
        {
            if (video.Value.StartsWith(prefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
