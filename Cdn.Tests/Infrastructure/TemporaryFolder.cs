namespace Cdn.Tests.Infrastructure;

/// <summary>A folder of one test's own, removed at its end.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101); // nginx's workers may be another user.
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("cdn-test-").FullName;

    public string Of(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Makes a file of random bytes that has been left alone for a minute, and returns the bytes.</summary>
    public byte[] Write(string name, int size, int seed = 1)
    {
        var bytes = Bytes.Random(size, seed);
        Write(name, bytes);
        return bytes;
    }

    /// <summary>Makes a file that has been left alone for a minute.</summary>
    public void Write(string name, byte[] bytes)
    {
        var path = Of(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var temporary = path + ".tmp";
        File.WriteAllBytes(temporary, bytes);
        File.SetLastWriteTimeUtc(temporary, DateTime.UtcNow.AddMinutes(-1));
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Who may do what with a file.</summary>
    public UnixFileMode ModeOf(params string[] parts) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(Of(parts));

    public string[] Files(string below = "") => Directory.Exists(Of(below))
        ? [.. Directory.EnumerateFiles(Of(below), "*", SearchOption.AllDirectories).Select(path => System.IO.Path.GetRelativePath(Of(below), path)).Order()]
        : [];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
