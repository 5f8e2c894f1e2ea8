using Cdn.Replica.Store;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Replica.Pull;

/// <summary>
/// One video on its way from the origin into the store, and how much of it can be read already: what came from the beginning on,
/// and the blocks that somebody who seeks far ahead has had fetched early. Readers and the pull itself share its file.
/// </summary>
/// <param name="version">What is arriving.</param>
/// <param name="path">The file that it is written to.</param>
/// <param name="isRefresh">Whether it takes the place of an older version.</param>
/// <param name="fetchEarly">Has a block fetched out of turn; it is called once per block.</param>
internal sealed class Arrival(HeldObject version, string path, bool isRefresh, Func<Arrival, long, Task> fetchEarly)
{
    /// <summary>Bytes of a block that is fetched out of turn: 4 MiB, some seconds of video.</summary>
    public const int BlockSize = 4 * 1024 * 1024;

    /// <summary>How far ahead of what has arrived a reader waits for it to come: 8 MiB. Farther off, its block is fetched early.</summary>
    private const long WorthWaitingFor = 2 * BlockSize;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _file =
        File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
    private readonly Dictionary<long, bool> _early = []; // By number; true when it is there.
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users = 1; // The pull itself.
    private bool _isVerified;
    private Exception? _failure;

    public HeldObject Version { get; } = version;

    public string Path { get; } = path;

    public bool IsRefresh { get; } = isRefresh;

    /// <summary>Bytes that have arrived from the beginning on.</summary>
    public long Arrived { get; private set; }

    /// <summary>Joins as a reader; false if all have left, so that the file is closed.</summary>
    public bool TryEnter()
    {
        lock (_gate)
        {
            _users += _users > 0 ? 1 : 0;
            return _users > 0;
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_users == 0)
            {
                _file.Dispose();
            }
        }
    }

    /// <summary>
    /// Waits until there is something at an offset, and returns how many bytes. Whoever reads the whole gets its last byte only
    /// when the digest was right, so that wrong bytes never look like a complete video.
    /// </summary>
    /// <exception cref="IOException">The pull failed.</exception>
    public async ValueTask<long> WaitAsync(long offset, bool holdBackLast, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            long? fetch = null;
            lock (_gate)
            {
                if (_failure is not null)
                {
                    throw new IOException(_failure.Message, _failure);
                }

                if (AvailableAt(offset, holdBackLast) is > 0 and var available)
                {
                    return available;
                }

                changed = _changed.Task;
                if (offset - Arrived > WorthWaitingFor && _early.TryAdd(offset / BlockSize, false))
                {
                    fetch = offset / BlockSize;
                }
            }

            if (fetch is { } block)
            {
                _ = fetchEarly(this, block);
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_file, buffer, offset, cancellationToken);

    /// <summary>Writes what came next from the beginning on.</summary>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await RandomAccess.WriteAsync(_file, bytes, Arrived, cancellationToken);
        Change(() => Arrived += bytes.Length);
    }

    /// <summary>Writes a piece of a block that was fetched out of turn. It can be read when <see cref="BlockEnded"/> says so.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken) =>
        RandomAccess.WriteAsync(_file, bytes, offset, cancellationToken);

    /// <summary>A block fetched out of turn is there; or it is not, and its readers wait for their turn.</summary>
    public void BlockEnded(long block, bool isThere) => Change(() =>
    {
        if (isThere)
        {
            _early[block] = true;
        }
    });

    /// <summary>Makes it durable, with the origin's time. What can be read stays the same.</summary>
    public void Flush()
    {
        File.SetLastWriteTimeUtc(_file, Version.LastModified.UtcDateTime);
        RandomAccess.FlushToDisk(_file);
    }

    /// <summary>All bytes are there, and they are right.</summary>
    public void Verified() => Change(() => _isVerified = true);

    /// <summary>The rest will not come. Whoever waits for it is told.</summary>
    public void Fail(Exception failure) => Change(() => _failure = failure);

    private long AvailableAt(long offset, bool holdBackLast)
    {
        var end = Version.Size - (holdBackLast && !_isVerified ? 1 : 0);
        if (offset < Math.Min(Arrived, end))
        {
            return Math.Min(Arrived, end) - offset;
        }

        var block = offset / BlockSize;
        return _early.GetValueOrDefault(block) ? Math.Min((block + 1) * BlockSize, end) - offset : 0;
    }

    private void Change(Action change)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            change();
            waiting = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult();
    }
}
