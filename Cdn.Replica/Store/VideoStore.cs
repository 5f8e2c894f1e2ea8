using System.Diagnostics.CodeAnalysis;
using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Storage.Files;

namespace Cdn.Replica.Store;

/// <summary>What came of opening what a name has.</summary>
internal enum ReadStatus
{
    /// <summary>It is open.</summary>
    Open,

    /// <summary>It is not held, or not any more.</summary>
    NotHeld,

    /// <summary>It is held, and the disk does not give it now.</summary>
    Unreadable,
}

/// <summary>A video that was opened, or why it was not.</summary>
internal readonly record struct OpenedVideo(ReadStatus Status, HeldObject? Object, FileStream? File);

/// <summary>
/// What this replica holds, for everybody: reading touches memory only, and no lock; what changes it goes to the <see
/// cref="StoreWriter"/>.
/// </summary>
internal sealed partial class VideoStore(StoreWriter writer, StoreContext context, ILogger<VideoStore> logger)
{
    private readonly StoreLayout _layout = context.Layout;

    /// <summary>What is held at this moment.</summary>
    public StoreRevision Current => writer.Current;

    /// <summary>Purges since the process began; what arrives is taken only if no later one is about it.</summary>
    public long PurgeCount => Current.Purges.Count;

    /// <summary>Why nothing is held yet: how far opening is; null while the store is open.</summary>
    public string? Opening { get; set; } = "the store is not open yet";

    public bool TryGet(VideoName name, [NotNullWhen(true)] out HeldObject? held) => Current.TryGet(name, out held);

    public bool TryGetObject(Sha256Digest digest, [NotNullWhen(true)] out HeldObject? held) => Current.TryGetObject(digest, out held);

    /// <summary>Whether a newer version of this name is on its way, and the older one was given up for it.</summary>
    public bool IsSuperseded(VideoName name) => context.Superseded.ContainsKey(name);

    /// <summary>Remembers that a name was read by somebody who does not come through <see cref="OpenRead"/>.</summary>
    public void Visit(VideoName name)
    {
        if (Current.Set.Map.TryGetValue(name, out var content) && !content.Pinned)
        {
            context.Pulled.Visit(content.Sha256);
        }
    }

    /// <summary>
    /// Opens what a name has for reading. An object that is not on the disk as it should be is set aside; a version that was
    /// replaced in this very moment is not one: then the new one is opened.
    /// </summary>
    public async ValueTask<OpenedVideo> OpenReadAsync(VideoName name)
    {
        while (TryGet(name, out var held))
        {
            var status = TryOpen(held, out var file, out var isDamaged);
            if (status == ReadStatus.Open)
            {
                if (!held.IsPinned)
                {
                    context.Pulled.Visit(held.Sha256);
                }

                return new OpenedVideo(status, held, file);
            }

            if (TryGet(name, out var now) && now.Id == held.Id)
            {
                var isGone = await SetAsideAsync(held, isDamaged); // If that cannot be done either, the disk is what is broken.
                return new OpenedVideo(isGone ? ReadStatus.NotHeld : ReadStatus.Unreadable, null, null);
            }
        }

        return new OpenedVideo(ReadStatus.NotHeld, null, null);
    }

    /// <summary>Opens an object; null if it cannot be.</summary>
    public FileStream? TryOpen(HeldObject held) => TryOpen(held, out var file, out _) == ReadStatus.Open ? file : null;

    public Task<StoreResult<Commit>> CommitAsync(Verified content) => writer.DoAsync(new CommitCommand(content));

    /// <summary>Commits many at once. It ends when they are on their way; the results come together, in the same order.</summary>
    public ValueTask<IReadOnlyList<Task<StoreResult<Commit>>>> CommitAllAsync(IEnumerable<Verified> contents) =>
        DoAllAsync(contents.Select(content => new CommitCommand(content)));

    public Task<StoreResult<HeldObject>> DropAsync(VideoName name) => writer.DoAsync(new DropCommand(name));

    /// <summary>Drops many at once, each if it is still what is said here; as <see cref="CommitAllAsync"/>.</summary>
    public ValueTask<IReadOnlyList<Task<StoreResult<HeldObject>>>> DropAllAsync(IEnumerable<HeldVideo> videos) =>
        DoAllAsync(videos.Select(video => new DropCommand(video.Name, video.Content)));

    public Task<StoreResult<HeldObject>> SupersedeAsync(VideoName name) => writer.DoAsync(new SupersedeCommand(name));

    public Task<StoreResult<List<HeldObject>>> EvictAsync(long bytes) => writer.DoAsync(new EvictCommand(bytes));

    public Task<StoreResult<bool>> RedateAsync(Sha256Digest digest) => writer.DoAsync(new RedateCommand(digest));

    public Task<StoreResult<bool>> RelinkAsync(VideoName name) => writer.DoAsync(new RelinkCommand(name));

    public Task<StoreResult<PurgeAnswer>> ApplyAsync(PurgeLog log) => writer.DoAsync(new PurgeCommand(
        log, (what, result) => LogPurged(logger, what, result.Videos, result.Bytes)));

    /// <summary>
    /// Sets an object aside, with all its names; one that is not known to be damaged only if it is not as long as it ought to be.
    /// </summary>
    public async Task<bool> SetAsideAsync(HeldObject held, bool isKnownDamaged)
    {
        var isSetAside = (await writer.DoAsync(new SetAsideCommand(held, isKnownDamaged))).Value;
        if (isSetAside)
        {
            LogDamaged(logger, held.Sha256);
        }

        return isSetAside;
    }

    private async ValueTask<IReadOnlyList<Task<StoreResult<T>>>> DoAllAsync<T>(IEnumerable<StoreCommand<T>> commands)
    {
        var all = commands.ToList();
        await writer.DoAllAsync(all);
        return [.. all.Select(command => command.Result)];
    }

    /// <summary>
    /// What is not as long as it was, or may not be read by us, is damaged; what cannot be read now (a broken disk) may be well.
    /// </summary>
    private ReadStatus TryOpen(HeldObject held, out FileStream? file, out bool isDamaged)
    {
        (file, isDamaged) = (null, false);
        try
        {
            file = new FileStream(_layout.ObjectOf(held.Sha256), StoreFiles.ReadOptions);
            if (file.Length == held.Size)
            {
                return ReadStatus.Open;
            }

            isDamaged = true;
        }
        catch (Exception e) when (DiskErrors.IsOfTheDisk(e))
        {
            isDamaged = e is UnauthorizedAccessException || DiskErrors.IsGone(e);
            LogUnreadable(logger, held.Sha256, e.Message);
        }

        file?.Dispose();
        file = null;
        return isDamaged ? ReadStatus.NotHeld : ReadStatus.Unreadable;
    }

    [LoggerMessage(EventId = 300, Level = LogLevel.Error,
        Message = "Object {Digest} is missing, damaged or not ours to read; it was set aside and is to be filled again")]
    private static partial void LogDamaged(ILogger logger, Sha256Digest digest);

    [LoggerMessage(EventId = 301, Level = LogLevel.Error, Message = "Object {Digest} cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, Sha256Digest digest, string reason);

    [LoggerMessage(EventId = 303, Level = LogLevel.Information, Message = "Purged {What}: {Videos} videos, {Bytes} bytes")]
    private static partial void LogPurged(ILogger logger, PurgeSelector what, int videos, long bytes);
}
