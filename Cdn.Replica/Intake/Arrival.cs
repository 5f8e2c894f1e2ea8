using System.Buffers;
using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.ServiceDefaults.Concurrency;

namespace Cdn.Replica.Intake;

/// <summary>Where an arrival stands.</summary>
internal enum ArrivalState
{
    /// <summary>Somebody brings it.</summary>
    Supplied,

    /// <summary>Who brought it has gone. The next one goes on where he was.</summary>
    Waiting,

    /// <summary>All of it is here and right; it is being brought to the disk.</summary>
    Verified,

    /// <summary>It will not come.</summary>
    Failed,
}

/// <summary>Who brought the bytes has gone, and nobody has taken over yet.</summary>
internal sealed class SupplierGoneException(long arrived) : IOException($"What was arriving broke off after {arrived} bytes.");

/// <summary>
/// One content on its way into the store, pushed or pulled, and how much of it can be read already. Those who bring it follow one
/// another; those who read it share its file with them, and are told of every byte.
/// </summary>
/// <param name="name">The name that it gets.</param>
/// <param name="version">What is arriving.</param>
/// <param name="file">The file that it is written to.</param>
/// <param name="room">Room for the rest of it.</param>
/// <param name="since">Purges before it was asked for.</param>
/// <param name="closed">Called when nobody uses it any more.</param>
internal sealed class Arrival(
    VideoName name, ContentVersion version, PartialFile file, RoomReservation room, long since, Action<Arrival> closed)
{
    /// <summary>
    /// How far ahead of what has arrived a reader waits for it to come: 8 MiB. Farther off, its block is fetched early.
    /// </summary>
    private const long WorthWaitingFor = 2 * EarlyBlocks.BlockSize;

    private readonly Lock _gate = new();
    private readonly NextChange _changed = new();
    private int _users = 1; // Who brings it.
    private long _arrived = file.Length;
    private volatile ArrivalState _state;
    private Exception? _failure;

    public VideoName Name => name;

    public ContentVersion Version => version;

    public string Path => file.Path;

    public RoomReservation Room => room;

    public long Since => since;

    /// <summary>Whether it stays in the store: it was pushed, at least in part.</summary>
    public bool IsPinned { get; set; }

    /// <summary>Whether it takes the place of an older version that was given up.</summary>
    public bool IsRefresh { get; init; }

    public ArrivalState State => _state;

    /// <summary>Bytes that have arrived from the beginning on.</summary>
    public long Arrived => Volatile.Read(ref _arrived);

    /// <summary>Parts that somebody who seeks far ahead has had fetched; null if nobody can fetch them.</summary>
    public EarlyBlocks? Early { get; set; }

    /// <summary>Joins; false if all have left, so that the file is closed.</summary>
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
        bool isLast;
        lock (_gate)
        {
            isLast = --_users == 0;
        }

        if (isLast)
        {
            file.Dispose();
            Early?.Dispose();
            room.Dispose();
            closed(this);
        }
    }

    /// <summary>Takes over from who has gone; false if somebody brings it, or it is over.</summary>
    public bool TryTakeOver()
    {
        lock (_gate)
        {
            if (_state != ArrivalState.Waiting || _users == 0)
            {
                return false;
            }

            (_state, _users) = (ArrivalState.Supplied, _users + 1);
            return true;
        }
    }

    /// <summary>
    /// Waits until there is something at an offset, and returns how many bytes. Whoever reads the whole gets its last byte only
    /// when the digest was right, so that wrong bytes never look like a complete video; for the disk nobody waits.
    /// </summary>
    /// <exception cref="SupplierGoneException">Who brought it has gone.</exception>
    /// <exception cref="IOException">It will not come.</exception>
    public async ValueTask<long> WaitAsync(long offset, bool holdBackLast, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = _changed.Task;
            switch (_state)
            {
                case ArrivalState.Failed:
                    throw new IOException(_failure!.Message, _failure);
                case var _ when AvailableAt(offset, holdBackLast) is > 0 and var available:
                    return available;
                case ArrivalState.Waiting:
                    throw new SupplierGoneException(Arrived);
            }

            if (offset - Arrived > WorthWaitingFor)
            {
                Early?.Want(this, offset / EarlyBlocks.BlockSize);
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Reads what <see cref="WaitAsync"/> says is there.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        offset < Arrived || Early is null
            ? file.ReadAsync(buffer, offset, cancellationToken)
            : Early.ReadAsync(buffer, offset, cancellationToken);

    /// <summary>Writes what came next from the beginning on.</summary>
    public void Append(ReadOnlySequence<byte> bytes)
    {
        file.Append(bytes);
        room.Wrote(bytes.Length);
        Volatile.Write(ref _arrived, file.Length);
        _changed.Raise();
    }

    /// <summary>Something can be read that could not be before.</summary>
    public void Announce() => _changed.Raise();

    /// <summary>Whether the bytes are those that they ought to be; then readers get the last of them.</summary>
    public bool Verify()
    {
        if (Arrived != version.Size || file.Digest() != version.Sha256)
        {
            return false;
        }

        Become(ArrivalState.Verified, null);
        return true;
    }

    /// <summary>Brings it to the disk.</summary>
    public void Flush() => file.Complete(version.LastModified);

    /// <summary>Who brings it has gone; somebody may take over.</summary>
    public void SupplierLeft() => Become(ArrivalState.Waiting, null);

    /// <summary>The rest will not come. Whoever waits for it is told.</summary>
    public void Fail(Exception failure) => Become(ArrivalState.Failed, failure);

    private void Become(ArrivalState state, Exception? failure)
    {
        lock (_gate)
        {
            (_failure, _state) = (failure, state);
        }

        _changed.Raise();
    }

    private long AvailableAt(long offset, bool holdBackLast)
    {
        var end = version.Size - (holdBackLast && _state != ArrivalState.Verified ? 1 : 0);
        var arrived = Math.Min(Arrived, end);
        return offset < arrived ? arrived - offset : Math.Min(Early?.AvailableAt(offset) ?? 0, end - offset);
    }
}
