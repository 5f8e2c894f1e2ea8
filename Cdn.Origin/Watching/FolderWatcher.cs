using Cdn.Origin.Files;

namespace Cdn.Origin.Watching;

/// <summary>
/// Tells what changes in folders, as the kernel reports it. Events are merged as fast as they come, so that a burst neither fills
/// the
/// kernel's queue nor ours; if it does, everything is looked at again.
/// </summary>
internal sealed class FolderWatcher : IDisposable
{
    private const uint Wanted = Inotify.Modify | Inotify.Attributes | Inotify.CloseWrite | Inotify.MovedFrom | Inotify.MovedTo
        | Inotify.Create | Inotify.Delete | Inotify.DeleteSelf | Inotify.MoveSelf | Inotify.OnlyFolder;

    private const uint OfTheFolder = Inotify.DeleteSelf | Inotify.MoveSelf | Inotify.Unmount | Inotify.Ignored;

    /// <summary>Bytes read at a time: 64 KiB, some two thousand events.</summary>
    private const int BufferSize = 64 * 1024;

    /// <summary>Time between two looks whether it is over: 1 s.</summary>
    private const int WaitMilliseconds = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, List<object>> _folders = [];
    private readonly Dictionary<object, int> _watches = new(ReferenceEqualityComparer.Instance);
    private readonly int _file;
    private Dictionary<(object, string), WatchHints> _events = [];
    private bool _isOverflow;
    private volatile bool _isOver;

    private FolderWatcher(int file)
    {
        _file = file;
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
        why = null;
        if (!OperatingSystem.IsLinux())
        {
            why = "this system has no inotify";
            return null;
        }

        var file = Inotify.Start();
        if (file >= 0)
        {
            return new FolderWatcher(file);
        }

        why = Libc.LastError == Libc.TooManyOpenFiles
            ? "all inotify instances of this user are in use (fs.inotify.max_user_instances)"
            : Libc.Describe(Libc.LastError);
        return null;
    }

    /// <summary>Watches a folder from now on. Returns 0, or the error.</summary>
    public int Watch(object folder, string path)
    {
        var watch = Inotify.Watch(_file, path, Wanted);
        if (watch < 0)
        {
            return Libc.LastError;
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
            Inotify.Unwatch(_file, watch);
        }
    }

    private void ReadAll()
    {
        var buffer = new byte[BufferSize];
        var events = new List<InotifyEvent>();
        while (!_isOver)
        {
            if (!Inotify.Wait(_file, WaitMilliseconds) || Inotify.Read(_file, buffer) is not (> 0 and var read))
            {
                continue;
            }

            events.Clear();
            Inotify.Parse(buffer.AsSpan(0, read), events);
            lock (_gate)
            {
                events.ForEach(Merge);
            }

            Happened?.Invoke();
        }

        _ = Libc.Close(_file);
    }

    private void Merge(InotifyEvent one)
    {
        if ((one.Mask & Inotify.Overflow) != 0)
        {
            _isOverflow = true;
            return;
        }

        if (!_folders.TryGetValue(one.Watch, out var folders))
        {
            return;
        }

        var isLost = (one.Mask & Inotify.Ignored) != 0;
        foreach (var folder in folders)
        {
            var key = (folder, (one.Mask & OfTheFolder) != 0 ? "" : one.Name ?? "");
            _events[key] = Merge(_events.GetValueOrDefault(key), one.Mask);
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
    private static WatchHints Merge(WatchHints before, uint mask) =>
        (mask & Inotify.MovedTo) != 0 ? WatchHints.MovedIn
        : (mask & Inotify.Create) != 0 ? WatchHints.Created
        : (mask & (Inotify.Modify | Inotify.CloseWrite)) != 0 ? before | WatchHints.Written
        : before;
}
