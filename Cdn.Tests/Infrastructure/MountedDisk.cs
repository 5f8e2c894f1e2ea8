namespace Cdn.Tests.Infrastructure;

/// <summary>A file system of a test's own, mounted in a place of its choice.</summary>
internal sealed class MountedDisk : IAsyncDisposable
{
    private bool _isMounted = true;

    private MountedDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>A new, empty one.</summary>
    public static Task<MountedDisk> MountAsync(string path) => MountAsync(path, "mount -t tmpfs -o size=16m,mode=755 tmpfs \"$1\"", "");

    /// <summary>What is in another folder.</summary>
    public static Task<MountedDisk> BindAsync(string source, string path) => MountAsync(path, "mount --bind \"$2\" \"$1\"", source);

    public async Task UnmountAsync()
    {
        if (_isMounted)
        {
            _isMounted = false;
            await Shell.RunAsync("umount -l \"$1\"", Path);
        }
    }

    public async ValueTask DisposeAsync() => await UnmountAsync();

    private static async Task<MountedDisk> MountAsync(string path, string command, string source)
    {
        Directory.CreateDirectory(path);
        await Shell.RunAsync(command, path, source);
        return new MountedDisk(path);
    }
}
