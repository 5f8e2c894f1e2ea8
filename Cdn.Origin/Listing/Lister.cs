using System.Collections.Concurrent;

namespace Cdn.Origin.Listing;

/// <summary>
/// Asks the file system. Each device has threads of its own, one for what events lead to and one for scans, so that a share that
/// hangs
/// keeps nobody waiting but itself, and a scan of a million files not the one that has just been added.
/// </summary>
internal sealed class Lister(Func<FolderLook, FolderListing> read, TimeProvider time) : IDisposable
{
    /// <summary>Answers that may wait to be taken: 64. A scan of many folders does not run ahead.</summary>
    private const int MostAnswers = 64;

    private readonly ConcurrentDictionary<(ulong Device, bool IsScan), Lane> _lanes = new();
    private readonly ConcurrentQueue<FolderListing> _answers = new();
    private readonly SemaphoreSlim _room = new(MostAnswers);

    /// <summary>Raised when there is an answer to take, on a thread of the lister.</summary>
    public event Action? Answered;

    public void Ask(FolderLook look) => _lanes.GetOrAdd((look.Device, look.Wave == 0), _ => new Lane(Work, time)).Add(look);

    public bool TryTake(out FolderListing listing)
    {
        if (!_answers.TryDequeue(out listing!))
        {
            return false;
        }

        _room.Release();
        return true;
    }

    /// <summary>What has been under way for longer than it may.</summary>
    public IEnumerable<FolderLook> Overdue(TimeSpan after) => _lanes.Values
        .Select(lane => lane.Running)
        .OfType<FolderLook>()
        .Where(look => !look.IsAnswered && time.GetElapsedTime(look.Started) > after);

    public void Dispose()
    {
        foreach (var lane in _lanes.Values)
        {
            lane.Dispose();
        }

        _room.Release(MostAnswers); // Whoever waits to be heard may go.
    }

    private void Work(FolderLook look)
    {
        var listing = read(look);
        look.IsAnswered = true; // Waiting for room is not hanging.
        _room.Wait();
        _answers.Enqueue(listing);
        Answered?.Invoke();
    }

    /// <summary>
    /// A thread and what it has to do. It is of the background: one that hangs does not keep the process from ending.
    /// </summary>
    private sealed class Lane : IDisposable
    {
        private readonly BlockingCollection<FolderLook> _looks = [];
        private volatile FolderLook? _running;

        public Lane(Action<FolderLook> work, TimeProvider time)
        {
            var thread = new Thread(() =>
            {
                foreach (var look in _looks.GetConsumingEnumerable())
                {
                    look.Started = time.GetTimestamp();
                    _running = look;
                    work(look);
                    _running = null;
                }
            })
            {
                IsBackground = true,
                Name = "lister",
            };
            thread.Start();
        }

        public FolderLook? Running => _running;

        public void Add(FolderLook look) => _looks.Add(look);

        public void Dispose() => _looks.CompleteAdding();
    }
}
