using System.Collections.Concurrent;
using Cdn.Origin.Files;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Origin.Hashing;

/// <summary>
/// Threads that hash: <c>HASH_CONCURRENCY</c> of them, and one for short files alone. One that hangs in a read is replaced, up to
/// a
/// bound, and its device is left alone until it answers. All are of the background, so none keeps the process from ending.
/// </summary>
internal sealed class HashWorkers(VideoRoot root, HashQueue queue, IOptions<OriginOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>Threads that may hang before no more are started: 16.</summary>
    private const int MostHanging = 16;

    /// <summary>Time without a byte after which a read counts as hanging: 5 s.</summary>
    private static readonly TimeSpan HangsAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentQueue<HashResult> _results = new();
    private readonly ConcurrentDictionary<HashJob, bool> _hanging = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource _stopping = new();
    private long _hashed;

    /// <summary>Raised when there is a result to take, on a thread of the workers.</summary>
    public event Action? Finished;

    /// <summary>Bytes hashed since the process began.</summary>
    public long HashedBytes => Volatile.Read(ref _hashed);

    /// <summary>Files that hang, and since when nothing came of them.</summary>
    public IEnumerable<(string Name, TimeSpan Since)> Hanging => _hanging.Keys.Select(job => (job.Name, time.GetElapsedTime(job.ProgressAt)));

    public void Start()
    {
        StartThread(onlyShort: true);
        for (var i = 0; i < options.Value.HashConcurrency; i++)
        {
            StartThread(onlyShort: false);
        }
    }

    public bool TryTake(out HashResult result) => _results.TryDequeue(out result!);

    /// <summary>Finds what hangs, and sees to it that the rest goes on.</summary>
    public void Watch()
    {
        foreach (var job in queue.Stalled(HangsAfter))
        {
            if (_hanging.Count < MostHanging && _hanging.TryAdd(job, true))
            {
                queue.Suspend(job.Identity.Device);
                StartThread(onlyShort: job.Identity.Size <= HashQueue.Short);
            }
        }
    }

    public void Dispose() => _stopping.Cancel();

    private void StartThread(bool onlyShort) => new Thread(() => Work(onlyShort)) { IsBackground = true, Name = "hasher" }.Start();

    private void Work(bool onlyShort)
    {
        using var hasher = new FileHasher();
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                var job = queue.Take(onlyShort, _stopping.Token);
                var result = Hash(job, hasher);
                queue.Done(job);
                _results.Enqueue(result);
                Finished?.Invoke();
                if (_hanging.TryRemove(job, out _))
                {
                    queue.Resume(job.Identity.Device);
                    return; // Another thread has taken its place.
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private HashResult Hash(HashJob job, FileHasher hasher)
    {
        if (job.IsCancelled)
        {
            return new HashResult(job, HashEnd.Cancelled);
        }

        try
        {
            using var file = root.Open(job.Name, out var status, out var failure);
            return file is null
                ? new HashResult(job, failure.IsGone ? HashEnd.Gone : failure.IsForbidden ? HashEnd.Forbidden : HashEnd.Unreadable, Reason: failure.Reason)
                : Hash(job, file, status, hasher);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new HashResult(job, HashEnd.Unreadable, Reason: e.Message);
        }
    }

    private HashResult Hash(HashJob job, SafeFileHandle file, FileStat status, FileHasher hasher)
    {
        if (FileIdentity.Of(status) != job.Identity)
        {
            return new HashResult(job, HashEnd.Changed);
        }

        if (OpenWriters.Has(file))
        {
            return new HashResult(job, HashEnd.BeingWritten);
        }

        var hashed = hasher.Of(file, job.Identity.Size, offset =>
        {
            job.ProgressAt = time.GetTimestamp();
            return !job.IsCancelled;
        });
        Interlocked.Add(ref _hashed, hashed is null ? 0 : job.Identity.Size);

        // Before, after, and under the name: whoever wrote in between has left a trace in one of them.
        return hashed is not { } value ? new HashResult(job, job.IsCancelled ? HashEnd.Cancelled : HashEnd.Changed)
            : OpenWriters.Has(file) ? new HashResult(job, HashEnd.BeingWritten)
            : IsStill(job, file) ? new HashResult(job, HashEnd.Hashed, value)
            : new HashResult(job, HashEnd.Changed);
    }

    private bool IsStill(HashJob job, SafeFileHandle file)
    {
        if (!FileStat.TryOf(file, out var status) || FileIdentity.Of(status) != job.Identity)
        {
            return false;
        }

        return !OperatingSystem.IsLinux() || (FileStat.OfTarget(VideoRoot.ToBytes(root.PathOf(job.Name)), out var named) == 0
            && FileIdentity.Of(named) == job.Identity);
    }
}
