using System.Collections.Immutable;
using Cdn.Contracts;
using Cdn.Origin.Files;
using Cdn.Origin.Listing;

namespace Cdn.Origin.Catalog;

/// <content>What is said of the folder: what is left out, and what is wrong.</content>
internal sealed partial class FolderModel
{
    /// <summary>Files that are named in a report: 1,000.</summary>
    private const int MostNamed = 1000;

    /// <summary>Folders that are named as troubled: 20.</summary>
    private const int MostTroubles = 20;

    /// <summary>Lines about single files in a minute: 50. A folder of a million unreadable ones is worth no more.</summary>
    private const int MostLines = 50;

    private readonly HashSet<FileEntry> _troubled = [];
    private long _linesSince;
    private int _lines;

    /// <summary>What cannot be listed or is missing; its last state stays.</summary>
    public ImmutableArray<string> Troubles() =>
    [
        .. Root.All()
            .Where(folder => folder.IsMissing || folder.Trouble is not null)
            .Take(MostTroubles)
            .Select(folder => folder.IsMissing
                ? $"{Shown(folder.Path)} is missing: what was mounted there is gone, or something else is in its place"
                : $"{Shown(folder.Path)} cannot be scanned: {folder.Trouble}"),
    ];

    /// <summary>Whether what is left out has changed since it was asked for.</summary>
    public bool IsIgnoredNews { get; private set; } = true;

    /// <summary>What is left out, and how much.</summary>
    public (int Total, ImmutableArray<IgnoredFile> Files) Ignored()
    {
        IsIgnoredNews = false;
        var all = Root.All()
            .SelectMany(folder => folder.LeftOut.Select(left => (Path: folder.PathOf(left.Key), Reason: left.Value)))
            .Concat(_troubled.Select(file => (file.Path, Reason: $"it cannot be read: {file.Trouble}")));
        var total = 0;
        List<(string Path, string Reason)> remarkable = [], ordinary = [];
        foreach (var one in all)
        {
            total++;
            var list = IsOrdinary(one.Reason) ? ordinary : remarkable;
            if (list.Count < MostNamed)
            {
                list.Add(one);
            }
        }

        return (total, [
            .. remarkable.Order().Concat(ordinary.Order()).Take(MostNamed).Select(one => new IgnoredFile(ShownText.Of(one.Path), one.Reason)),
        ]);
    }

    private static bool IsOrdinary(string reason) => reason is NameRules.Hidden or NameRules.Temporary;

    private static string Shown(string path) => path.Length == 0 ? "VIDEO_DIR" : ShownText.Of(path);

    private void SetTrouble(FileEntry file, string? trouble)
    {
        if (file.Trouble == trouble)
        {
            return;
        }

        file.Trouble = trouble;
        IsIgnoredNews = true;
        if (trouble is null)
        {
            _troubled.Remove(file);
        }
        else
        {
            _troubled.Add(file);
            Say(file.Path, $"it cannot be read: {trouble}");
        }
    }

    private void SayLeftOut(Folder folder, string leaf, string reason)
    {
        if (!IsOrdinary(reason))
        {
            Say(folder.PathOf(leaf), reason);
        }
    }

    private void Say(string path, string reason)
    {
        if (_lines == 0 || _time.GetElapsedTime(_linesSince) > TimeSpan.FromMinutes(1))
        {
            (_linesSince, _lines) = (Now, 0);
        }

        _lines++;
        if (_lines <= MostLines)
        {
            LogLeftOut(_logger, ShownText.Of(path), reason);
        }
        else if (_lines == MostLines + 1)
        {
            LogMoreLeftOut(_logger);
        }
    }
}
