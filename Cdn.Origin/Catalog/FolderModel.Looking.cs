using Cdn.Origin.Listing;
using Cdn.Origin.Watching;

namespace Cdn.Origin.Catalog;

/// <content>What is looked at, and when.</content>
internal sealed partial class FolderModel
{
    private readonly HashSet<Folder> _wanted = [];
    private readonly Dictionary<(ulong Device, long Wave), int> _underWay = [];
    private readonly HashSet<FolderLook> _overdue = new(ReferenceEqualityComparer.Instance);
    private long _wave;
    private long _scanStarted;

    /// <summary>Everything has to be looked at.</summary>
    public bool IsScanDue { get; private set; }

    /// <summary>Whether a scan is under way.</summary>
    public bool IsScanning { get; private set; }

    /// <summary>Whether everything was looked at once since the process began.</summary>
    public bool IsScannedOnce { get; private set; }

    /// <summary>How long the last scan took.</summary>
    public TimeSpan ScanTook { get; private set; }

    /// <summary>Begins to look at everything, unless that is under way.</summary>
    public void Scan()
    {
        if (IsScanning)
        {
            IsScanDue = true;
            return;
        }

        (IsScanDue, IsScanning, _scanStarted) = (false, true, Now);
        ScanFolder(Root);
    }

    /// <summary>Links lead to what no event tells of: they are looked at from time to time.</summary>
    public void LookAtLinks()
    {
        foreach (var file in _links)
        {
            Want(file.Folder, file.Leaf, WatchHints.None, _wave);
        }
    }

    /// <summary>What has not answered in time: nobody waits for it any more. If it answers after all, that is taken.</summary>
    public void GiveUp(IEnumerable<FolderLook> overdue)
    {
        foreach (var look in overdue)
        {
            if (_overdue.Add(look))
            {
                Leave(look);
                LogHangs(_logger, Shown(((Folder)look.Folder).Path));
            }
        }
    }

    private void Want(Folder folder, string? name, WatchHints hints, long wave)
    {
        folder.Questions.Add(name, hints, Math.Max(1, wave));
        _wanted.Add(folder);
    }

    private void AskWhatWaits()
    {
        if (_wanted.Count == 0)
        {
            return;
        }

        foreach (var folder in _wanted.ToList())
        {
            if (folder.IsGone)
            {
                _wanted.Remove(folder);
            }
            else if (folder.Questions.Running is null)
            {
                _wanted.Remove(folder);
                Begin(folder.Questions.Ask(folder, DeviceFor(folder)));
            }
        }
    }

    private void ScanFolder(Folder folder)
    {
        if (folder.Questions.Scan is null)
        {
            Begin(folder.Questions.AskForScan(folder, DeviceFor(folder)));
        }
    }

    private void Begin(FolderLook look)
    {
        var key = (look.Device, look.Wave);
        _underWay[key] = _underWay.GetValueOrDefault(key) + 1;
        _work.Ask(look);
    }

    /// <summary>A look is not waited for any more.</summary>
    private void Leave(FolderLook look)
    {
        var key = (look.Device, look.Wave);
        if (_underWay.TryGetValue(key, out var count))
        {
            if (count > 1)
            {
                _underWay[key] = count - 1;
            }
            else
            {
                _underWay.Remove(key);
            }
        }
    }

    private void Answered(FolderLook look)
    {
        ((Folder)look.Folder).Questions.Answered(look, look.Names);
        if (!_overdue.Remove(look))
        {
            Leave(look);
        }
    }

    /// <summary>A scan is over when everything has answered, or is not waited for any more.</summary>
    private void EndScan()
    {
        if (IsScanning && !_underWay.Keys.Any(key => key.Wave == 0))
        {
            (IsScanning, IsScannedOnce) = (false, true);
            ScanTook = _time.GetElapsedTime(_scanStarted);
        }
    }

    /// <summary>Whether something is still being looked at that was asked about when a departure was noticed.</summary>
    private bool IsAwaited(Departure departure)
    {
        var device = departure.Entry.Seen.Device;
        return _underWay.Keys.Any(key => key.Device == device && (key.Wave == 0 ? departure.Wave == 0 : key.Wave <= departure.Horizon))
            || _wanted.Any(folder => folder.Questions.Wave <= departure.Horizon);
    }

    private static ulong DeviceFor(Folder folder)
    {
        for (var one = folder; one is not null; one = one.Parent)
        {
            if (one.ExpectedDevice != 0 || one.Device is not null)
            {
                return one.ExpectedDevice != 0 ? one.ExpectedDevice : one.Device!.Value;
            }
        }

        return 0;
    }
}
