using System.Runtime.InteropServices;
using Cdn.Origin.Files;
using Cdn.Storage.Files;

namespace Cdn.Origin.Watching;

/// <summary>
/// Tells what changes in folders, as the kernel reports it. Events are merged as fast as they come, so that a burst neither fills
/// the kernel's queue nor ours; if it does, everything is looked at again.
/// </summary>
internal sealed class FolderWatcher : IDisposable
{
    private const FileEvents Wanted = FileEvents.Written | FileEvents.Attributes | FileEvents.Closed | FileEvents.MovedAway
        | FileEvents.MovedHere | FileEvents.Created | FileEvents.Deleted | FileEvents.FolderDeleted | FileEvents.FolderMoved;

    private const FileEvents OfTheFolder =
        FileEvents.FolderDeleted | FileEvents.FolderMoved | FileEvents.Unmounted | FileEvents.Ended;

    /// <summary>Time between two looks whether it is over: 1 s.</summary>
    private static readonly TimeSpan WaitFor = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<int, List<object>> _folders = [];
    private readonly Dictionary<object, int> _watches = new(ReferenceEqualityComparer.Instance);
    private readonly FolderWatch _kernel;
    private Dictionary<(object, string), WatchHints> _events = [];
    private bool _isOverflow;
    private volatile bool _isOver;

    private FolderWatcher(FolderWatch kernel)
    {
        _kernel = kernel;
        new Thread(ReadAll) { IsBackground = true, Name = "watcher" }.Start();
    }

    /// <summary>Raised when there is something to take, on the watcher's thread.</summary>
    public event Action? Happened;

    /// <summary>Folders that are watched.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _watches.Count;
            }
        }
    }

    /// <summary>Starts watching; null if that is not to be had, and why.</summary>
    public static FolderWatcher? TryStart(out string? why)
    {
        if (FolderWatch.TryStart(out var error) is { } kernel)
        {
            why = null;
            return new FolderWatcher(kernel);
        }

        why = error switch
        {
            0 => "this system has no inotify",
            FolderWatch.NoMoreInstances => "all inotify instances of this user are in use (fs.inotify.max_user_instances)",
            _ => Marshal.GetPInvokeErrorMessage(error),
        };
        return null;
    }

    /// <summary>Watches a folder from now on. Returns 0, or the error.</summary>
    public int Watch(object folder, string path)
    {
        var watch = _kernel.TryAdd(path, Wanted, out var error);
        if (watch < 0)
        {
            return error;
        }

        lock (_gate)
        {
            if (_watches.TryGetValue(folder, out var before) && before != watch)
            {
                Forget(folder, before);
            }

            _watches[folder] = watch;
            if (!_folders.TryGetValue(watch, out var folders))
            {
                _folders[watch] = folders = [];
            }

            if (!folders.Contains(folder))
            {
                folders.Add(folder);
            }

            return 0;
        }
    }

    /// <summary>A folder is gone.</summary>
    public void Unwatch(object folder)
    {
        lock (_gate)
        {
            if (_watches.Remove(folder, out var watch))
            {
                Forget(folder, watch);
            }
        }
    }

    /// <summary>Takes what happened since this was called last.</summary>
    public WatchBatch Take()
    {
        lock (_gate)
        {
            var batch = new WatchBatch(_events, _isOverflow);
            if (!batch.IsEmpty)
            {
                (_events, _isOverflow) = ([], false);
            }

            return batch;
        }
    }

    public void Dispose() => _isOver = true;

    private void Forget(object folder, int watch)
    {
        if (_folders.TryGetValue(watch, out var folders) && folders.Remove(folder) && folders.Count == 0)
        {
            _folders.Remove(watch);
            _kernel.Remove(watch);
        }
    }

    private void ReadAll()
    {
        var events = new List<Event>();
        while (!_isOver)
        {
            events.Clear();
            if (!_kernel.Wait(WaitFor) || !_kernel.ReadSome(Note))
            {
                continue;
            }

            lock (_gate)
            {
                events.ForEach(Merge);
            }

            Happened?.Invoke();
        }

        _kernel.Dispose();

        void Note(int watch, ReadOnlySpan<byte> name, FileEvents what) => events.Add(new Event(watch, what, Text(name)));
    }

    /// <summary>Empty for one that is not UTF-8: the whole folder has to be looked at.</summary>
    private static string Text(ReadOnlySpan<byte> name) => ShownText.TryDecode(name, out var text) ? text : "";

    private void Merge(Event one)
    {
        if (one.What.HasFlag(FileEvents.Lost))
        {
            _isOverflow = true;
            return;
        }

        if (!_folders.TryGetValue(one.Watch, out var folders))
        {
            return;
        }

        var isLost = one.What.HasFlag(FileEvents.Ended);
        foreach (var folder in folders)
        {
            var key = (folder, (one.What & OfTheFolder) != 0 ? "" : one.Name);
            _events[key] = Merge(_events.GetValueOrDefault(key), one.What);
            if (isLost)
            {
                _watches.Remove(folder); // The next listing watches it again, if it is still there.
            }
        }

        if (isLost)
        {
            _folders.Remove(one.Watch);
        }
    }

    /// <summary>
    /// A name that is taken by another file starts anew; what was written before was written to the one before it.
    /// </summary>
    private static WatchHints Merge(WatchHints before, FileEvents what) =>
        what.HasFlag(FileEvents.MovedHere) ? WatchHints.MovedIn
        : what.HasFlag(FileEvents.Created) ? WatchHints.Created
        : (what & (FileEvents.Written | FileEvents.Closed)) != 0 ? before | WatchHints.Written
        : before;

    private readonly record struct Event(int Watch, FileEvents What, string Name);
}
