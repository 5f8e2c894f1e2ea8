using System.Collections.Immutable;
using Cdn.Origin.Listing;
using Cdn.Origin.Watching;

namespace Cdn.Origin.Catalog;

/// <summary>
/// What is asked about one folder. Of the questions that events lead to, one is under way at a time; what happens meanwhile is
/// asked after it,
/// in one. A scan goes beside them, and does not count for names that were looked at since it began.
/// </summary>
internal sealed class FolderQuestions
{
    /// <summary>Names from which listing the whole folder costs less than looking at each: 512.</summary>
    private const int Many = 512;

    private Dictionary<string, WatchHints> _hints = new(StringComparer.Ordinal);
    private Dictionary<string, WatchHints> _askedHints = new(StringComparer.Ordinal);
    private HashSet<string> _names = new(StringComparer.Ordinal);
    private bool _isWhole;
    private HashSet<string>? _lookedAtSince;

    /// <summary>The question under way that events led to.</summary>
    public FolderLook? Running { get; private set; }

    /// <summary>The scan under way.</summary>
    public FolderLook? Scan { get; private set; }

    /// <summary>The first batch of events that waits to be asked about.</summary>
    public long Wave { get; private set; }

    public bool IsWaiting => _isWhole || _names.Count > 0;

    /// <summary>Something happened to a name, or with null to the folder.</summary>
    public void Add(string? name, WatchHints hints, long wave)
    {
        Wave = IsWaiting ? Wave : wave;
        _isWhole |= name is null;
        if (name is null)
        {
            return;
        }

        _names.Add(name);
        _hints[name] = hints is WatchHints.None or WatchHints.Written ? _hints.GetValueOrDefault(name) | hints : hints;
        _isWhole |= _names.Count > Many;
    }

    /// <summary>What had happened to a name when it was asked about. A scan was begun for no reason, and knows of none.</summary>
    public WatchHints HintsOf(FolderLook look, string name) =>
        look.Wave == 0 ? WatchHints.None : _askedHints.GetValueOrDefault(name);

    /// <summary>The next question, now under way.</summary>
    public FolderLook Ask(Folder folder, ulong device)
    {
        Running = new FolderLook(folder, folder.Path, folder.LinkDepth, _isWhole ? null : [.. _names], device) { Wave = Wave };
        (_names, _isWhole) = (new HashSet<string>(StringComparer.Ordinal), false);
        (_askedHints, _hints) = (_hints, new Dictionary<string, WatchHints>(StringComparer.Ordinal));
        return Running;
    }

    /// <summary>A scan, now under way.</summary>
    public FolderLook AskForScan(Folder folder, ulong device)
    {
        _lookedAtSince = new HashSet<string>(StringComparer.Ordinal);
        return Scan = new FolderLook(folder, folder.Path, folder.LinkDepth, null, device);
    }

    /// <summary>A question was answered.</summary>
    public void Answered(FolderLook look, ImmutableArray<string>? names)
    {
        if (ReferenceEquals(look, Running))
        {
            Running = null;
            foreach (var name in names ?? [])
            {
                _lookedAtSince?.Add(name);
            }
        }
        else if (ReferenceEquals(look, Scan))
        {
            Scan = null;
        }
    }

    /// <summary>Whether a scan knows less of a name than a look that was begun after it.</summary>
    public bool IsKnownBetter(FolderLook look, string name) => look.Wave == 0 && _lookedAtSince?.Contains(name) == true;
}
