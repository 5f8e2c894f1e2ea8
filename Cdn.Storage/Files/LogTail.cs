namespace Cdn.Storage.Files;

/// <summary>
/// Follows a log that another program appends to, line by line, and cuts it to nothing when it has grown. What is lost in
/// between is lost.
/// </summary>
/// <param name="path">The log. What is in it already is left out.</param>
public sealed class LogTail(string path)
{
    /// <summary>Bytes after which the log is cut: 16 MiB.</summary>
    private const int MaxLength = 16 * 1024 * 1024;

    /// <summary>Bytes read at a time: 1 MiB, which no line is longer than.</summary>
    private const int StepSize = 1024 * 1024;

    /// <summary>Time between two looks: 1 s, as often as nginx writes.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly byte[] _buffer = new byte[StepSize];
    private long _offset = new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Where the log is.</summary>
    public string Path => path;

    /// <summary>Gives each line, until it is cancelled.</summary>
    /// <param name="take">Takes a line, without its end. After a cut the first may be half a line.</param>
    /// <param name="failed">Is told why the log cannot be read or cut, once while that is so.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task FollowAsync(
        Action<ReadOnlySpan<byte>> take, Action<string> failed, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(take);
        ArgumentNullException.ThrowIfNull(failed);
        using var timer = new PeriodicTimer(LookEvery, time);
        string? failure = null;
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                Follow(take);
                failure = null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (failure != e.Message)
                {
                    failed(failure = e.Message);
                }
            }
        }
    }

    /// <summary>Gives each line that was added since.</summary>
    private void Follow(Action<ReadOnlySpan<byte>> take)
    {
        if (!File.Exists(path))
        {
            _offset = 0; // Nobody has written yet.
            return;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(file) < _offset)
        {
            _offset = 0; // It was cut or replaced.
        }

        while (RandomAccess.Read(file, _buffer, _offset) is > 0 and var read)
        {
            var end = _buffer.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
            if (end == 0)
            {
                end = read < StepSize ? 0 : read; // The line is not all there yet; or it is none of nginx's.
            }

            foreach (var line in _buffer.AsSpan(0, end).Split((byte)'\n'))
            {
                take(_buffer.AsSpan(0, end)[line]);
            }

            _offset += end;
            if (end == 0)
            {
                break;
            }
        }

        if (_offset >= MaxLength && _offset == RandomAccess.GetLength(file))
        {
            RandomAccess.SetLength(file, 0); // Whoever appends goes on at the new end.
            _offset = 0;
        }
    }
}
