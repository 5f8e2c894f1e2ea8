using Cdn.Replica.State;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Replica.Intake;

/// <summary>
/// Parts of what is arriving that are fetched out of turn, for somebody who seeks far ahead: some of one arrival, and some of
/// all. They lie in a file of their own, so that the length of the other one is how far that is. Who gets none waits for his
/// turn.
/// </summary>
internal sealed class EarlyBlocks(string path, RoomAccountant room, EarlyTurns turns, Func<Arrival, long, EarlyBlocks, Task> fetch) : IDisposable
{
    /// <summary>Bytes of a block: 4 MiB, some seconds of video.</summary>
    public const int BlockSize = 4 * 1024 * 1024;

    /// <summary>Most blocks of one arrival: 16. Whoever seeks about wildly does not have the video fetched twice.</summary>
    public const int Most = 16;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, bool> _blocks = []; // True when it is there.
    private readonly List<RoomReservation> _reserved = [];
    private SafeFileHandle? _file;
    private long _written;

    /// <summary>Has a block fetched, if that has not been tried and there is room for it.</summary>
    public void Want(Arrival arrival, long block)
    {
        lock (_gate)
        {
            if (_blocks.Count >= Most || _blocks.ContainsKey(block) || !turns.TryBegin())
            {
                return;
            }

            if (!room.TryReserve(BlockSize, isPulled: true, out var reservation, out _))
            {
                turns.End();
                return;
            }

            _reserved.Add(reservation!);
            _blocks[block] = false;
        }

        _ = FetchAsync(arrival, block);
    }

    /// <summary>Bytes that are there at an offset, to the end of its block.</summary>
    public long AvailableAt(long offset)
    {
        lock (_gate)
        {
            var block = offset / BlockSize;
            return _blocks.GetValueOrDefault(block) ? ((block + 1) * BlockSize) - offset : 0;
        }
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(_file!, buffer, offset, cancellationToken);

    /// <summary>Writes a piece of a block. It can be read when the block is complete.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken)
    {
        SafeFileHandle file;
        lock (_gate)
        {
            file = _file ??= File.OpenHandle(
                path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
            _reserved[^1].Wrote(bytes.Length);
            _written += bytes.Length;
        }

        return RandomAccess.WriteAsync(file, bytes, offset, cancellationToken);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            if (_reserved.Count > 0)
            {
                _reserved[^1].Removed(_written);
            }

            _reserved.ForEach(reservation => reservation.Dispose());
            _reserved.Clear();
        }
    }

    private async Task FetchAsync(Arrival arrival, long block)
    {
        var isThere = false;
        try
        {
            if (arrival.TryEnter())
            {
                try
                {
                    await fetch(arrival, block, this);
                    isThere = true;
                }
                finally
                {
                    arrival.Leave();
                }
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException or OperationCanceledException)
        {
            // Its readers wait for their turn. Whoever fetched it has said why.
        }
        finally
        {
            turns.End();
        }

        if (isThere)
        {
            lock (_gate)
            {
                _blocks[block] = true;
            }

            arrival.Announce();
        }
    }
}

/// <summary>How many blocks are fetched out of turn at a time, of all arrivals together: 16.</summary>
internal sealed class EarlyTurns
{
    private const int Most = 16;

    private int _running;

    public bool TryBegin()
    {
        if (Interlocked.Increment(ref _running) <= Most)
        {
            return true;
        }

        Interlocked.Decrement(ref _running);
        return false;
    }

    public void End() => Interlocked.Decrement(ref _running);
}
