namespace Cdn.Benchmarks.Processes;

/// <summary>A folder that goes when it is disposed. Everybody may read it: servers' workers run as users of their own.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public TemporaryFolder()
    {
        Path = Directory.CreateTempSubdirectory("cdn-benchmarks-").FullName;
        File.SetUnixFileMode(Path, Readable);
    }

    public string Path { get; }

    /// <summary>A folder in it, made.</summary>
    public string Folder(params string[] names)
    {
        var folder = names.Aggregate(Path, System.IO.Path.Combine);
        return Directory.CreateDirectory(folder).FullName;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException e)
        {
            Output.Report.Error($"{Path} could not be removed: {e.Message}");
        }
    }
}
