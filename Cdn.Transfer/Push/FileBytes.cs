namespace Cdn.Transfer.Push;

/// <summary>The bytes of a file that is whole.</summary>
public sealed class FileBytes(FileStream file) : IPushBytes
{
    /// <inheritdoc />
    public ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellationToken) =>
        RandomAccess.ReadAsync(file.SafeFileHandle, buffer, offset, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => file.Dispose();
}
