using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Replica.Store;
using Cdn.ServiceDefaults.Concurrency;
using Cdn.Storage.Files;

namespace Cdn.Replica.Intake;

/// <summary>
/// Takes content in, whether it is pushed or pulled (step F7): one arrival for a content at a time, which reserves room, is
/// written, hashed, verified, brought to the disk, and committed. Whoever asks for it meanwhile reads along: clients by its name,
/// replicas that it goes on to by its content. What breaks off stays for the next one to go on from.
/// </summary>
internal sealed class VideoIntake(VideoStore store, StoreLayout layout, RoomAccountant accountant, Room room, TimeProvider time)
{
    /// <summary>
    /// Longest wait for somebody else who brings the same: 15 s. He may be as slow as he likes; who waits is asked to come again.
    /// </summary>
    private static readonly TimeSpan TurnWithin = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly KeyedLock<Sha256Digest> _turns = new();
    private readonly Dictionary<Sha256Digest, Arrival> _arrivals = [];
    private readonly Dictionary<VideoName, Arrival> _names = [];
    private readonly NextChange _begun = new();

    /// <summary>Ends when something begins to arrive.</summary>
    public Task NextBegin => _begun.Task;

    /// <summary>Joins what is arriving for a name, unless that was purged meanwhile. Leave it at the end.</summary>
    public bool TryJoin(VideoName name, [NotNullWhen(true)] out Arrival? arrival)
    {
        lock (_gate)
        {
            return _names.TryGetValue(name, out arrival) && !store.Current.Purges.IsPurged(name, arrival.Since) && arrival.TryEnter();
        }
    }

    /// <summary>Joins what is arriving of a content for another name that has it as well. Leave it at the end.</summary>
    public bool TryJoin(VideoName name, Sha256Digest content, [NotNullWhen(true)] out Arrival? arrival)
    {
        lock (_gate)
        {
            if (!_arrivals.TryGetValue(content, out arrival) || !arrival.TryEnter())
            {
                return false;
            }

            _names[name] = arrival;
            return true;
        }
    }

    /// <summary>What is arriving of a content, whatever its name. Whoever wants to use it has to enter.</summary>
    public bool TryFind(Sha256Digest content, [NotNullWhen(true)] out Arrival? arrival)
    {
        lock (_gate)
        {
            return _arrivals.TryGetValue(content, out arrival);
        }
    }

    /// <summary>
    /// How much of a content is here: whether the name has it and keeps it, and where who brings it would go on.
    /// </summary>
    public (bool Complete, long Offset) Progress(VideoName name, Sha256Digest digest)
    {
        if (store.TryGetObject(digest, out var held))
        {
            return (held.IsPinned && store.TryGet(name, out var named) && named.Sha256 == digest, held.Size);
        }

        return (false, TryFind(digest, out var arrival) ? arrival.Arrived : PartialFile.LengthOf(layout.IncomingOf(digest)));
    }

    /// <summary>
    /// Waits for one's turn to bring a content; null if somebody else does, and takes his time. Dispose it at the end.
    /// </summary>
    public async Task<IDisposable?> TurnAsync(Sha256Digest content, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(TurnWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            return await _turns.AcquireAsync(content, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>
    /// Begins an arrival, or goes on with one. Whoever calls it has the turn, and ends it by <see cref="EndAsync"/>.
    /// </summary>
    public async Task<IntakeBeginning> BeginAsync(IntakeRequest request)
    {
        var path = layout.IncomingOf(request.Version.Sha256);
        if (TryFind(request.Version.Sha256, out var waiting))
        {
            if (!waiting.TryTakeOver())
            {
                return new(null, 0, new(StatusCodes.Status503ServiceUnavailable, $"'{request.Name}' is being brought by somebody else."));
            }

            waiting.IsPinned |= request.IsPinned;
            return Begin(request, waiting, waiting.Arrived, () => EndOf(waiting, isOver: false));
        }

        var present = PartialFile.LengthOf(path);
        if (present > request.Version.Size)
        {
            Discard(path); // None of this content.
            present = 0;
        }

        if (request.Offset > present)
        {
            return new(null, 0, WrongOffset(request.Offset.Value, present));
        }

        var (reservation, refusal) = await room.ReserveAsync(request.Version.Size - present, !request.IsPinned);
        if (reservation is null)
        {
            return new(null, 0, new(StatusCodes.Status507InsufficientStorage, refusal!));
        }

        try
        {
            var arrival = new Arrival(request.Name, request.Version, PartialFile.Open(path), reservation, request.Since, Closed)
            {
                IsPinned = request.IsPinned, IsRefresh = store.IsSuperseded(request.Name),
            };
            return Begin(request, arrival, present, () => EndOf(arrival, isOver: false));
        }
        catch
        {
            reservation.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Ends what <see cref="BeginAsync"/> began, as what was brought says: what is right is committed, what is wrong or in the
    /// way goes.
    /// </summary>
    public async Task<IntakeOutcome> EndAsync(Arrival arrival, SupplyResult supplied)
    {
        switch (supplied.End)
        {
            case SupplyEnd.Complete:
                return await CommitAsync(arrival);
            case SupplyEnd.BrokenOff:
                EndOf(arrival, isOver: false);
                return new IntakeOutcome.Broken(
                    supplied.Status, $"It broke off at {arrival.Arrived} of {arrival.Version.Size} bytes: {supplied.Failure!.Message}", arrival.Arrived);
            case SupplyEnd.Wrong:
                var reason = $"The {arrival.Arrived} bytes received do not have the digest {arrival.Version.Sha256}; they were discarded.";
                Abandon(arrival, new WrongBytesException());
                return new IntakeOutcome.Refused(StatusCodes.Status422UnprocessableEntity, reason);
            default:
                var failure = StoreFailure.Of(supplied.Failure!);
                Abandon(arrival, supplied.Failure!, keep: !failure.IsDiskFull); // What there is of it would only keep the disk full.
                return new IntakeOutcome.Refused(failure.Status, failure.Reason);
        }
    }

    /// <summary>It will not be gone on with: those who wait are told.</summary>
    public void GiveUp(Arrival arrival, Exception why) => Abandon(arrival, why, keep: arrival.IsPinned);

    /// <summary>Removes what has broken off and nobody has gone on with for so long.</summary>
    public void RemoveAbandoned(TimeSpan olderThan)
    {
        foreach (var file in new DirectoryInfo(layout.Incoming).EnumerateFiles())
        {
            if (time.GetUtcNow().UtcDateTime - file.LastWriteTimeUtc > olderThan && Sha256Digest.TryParseHex(file.Name, out var digest))
            {
                lock (_gate)
                {
                    if (!_arrivals.ContainsKey(digest)) // What is being committed has the origin's time already.
                    {
                        Discard(file.FullName);
                    }
                }
            }
        }
    }

    private IntakeBeginning Begin(IntakeRequest request, Arrival arrival, long present, Action refuse)
    {
        if (request.Offset > present)
        {
            refuse();
            return new(null, 0, WrongOffset(request.Offset.Value, present));
        }

        lock (_gate)
        {
            _arrivals[request.Version.Sha256] = arrival;
            _names[request.Name] = arrival;
        }

        _begun.Raise();
        return new(arrival, request.Offset is { } offset ? present - offset : 0, null);
    }

    private async Task<IntakeOutcome> CommitAsync(Arrival arrival)
    {
        var result = await store.CommitAsync(
            new Verified(arrival.Name, arrival.Version, arrival.IsPinned, arrival.Since, File: arrival.Path));
        if (result.Failure is { } failure)
        {
            EndOf(arrival, isOver: true, keep: !failure.IsDiskFull);
            return new IntakeOutcome.Refused(failure.Status, failure.Reason);
        }

        EndOf(arrival, isOver: true, keep: result.Value.IsNewObject);
        return Outcomes.Of(result.Value.Status, arrival.Name);
    }

    private void Abandon(Arrival arrival, Exception why, bool keep = false)
    {
        arrival.Fail(why);
        EndOf(arrival, isOver: true, keep);
    }

    /// <summary>Who brought it leaves. What is over is not found any more; its file stays only if it is of use.</summary>
    private void EndOf(Arrival arrival, bool isOver, bool keep = true)
    {
        if (isOver)
        {
            Closed(arrival);
            if (!keep && DurableFile.Remove(arrival.Path))
            {
                arrival.Room.Removed(arrival.Arrived);
            }
        }
        else
        {
            arrival.SupplierLeft();
        }

        arrival.Leave();
    }

    private void Closed(Arrival arrival)
    {
        lock (_gate)
        {
            if (_arrivals.GetValueOrDefault(arrival.Version.Sha256) == arrival)
            {
                _arrivals.Remove(arrival.Version.Sha256);
            }

            foreach (var name in _names.Where(entry => entry.Value == arrival).Select(entry => entry.Key).ToList())
            {
                _names.Remove(name);
            }
        }
    }

    private void Discard(string path)
    {
        accountant.Release(PartialFile.LengthOf(path));
        DurableFile.Remove(path);
    }

    private static IntakeOutcome.Refused WrongOffset(long offset, long present) =>
        new(StatusCodes.Status409Conflict, $"{present} bytes of this video are here, not {offset}.", present);
}
