namespace Cdn.Storage.Files;

/// <summary>
/// Follows a log that another program appends to, line by line, and cuts it to nothing when it has grown. What is lost in
/// between is lost. One caller at a time.
/// </summary>
/// <param name="path">The log. What is in it already is left out.</param>
public sealed class LogTail(string path)
{
    /// <summary>Bytes after which the log is cut: 16 MiB.</summary>
    private const int MaxLength = 16 * 1024 * 1024;

    /// <summary>Bytes read at a time: 1 MiB, which no line is longer than.</summary>
    private const int StepSize = 1024 * 1024;

    private readonly byte[] _buffer = new byte[StepSize];
    private long _offset = new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    /// <summary>Gives each line that was added since, without its end. After a cut the first may be half a line.</summary>
    /// <exception cref="IOException">The log cannot be read or cut.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public void Follow(Action<ReadOnlySpan<byte>> take)
    {
        ArgumentNullException.ThrowIfNull(take);
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
