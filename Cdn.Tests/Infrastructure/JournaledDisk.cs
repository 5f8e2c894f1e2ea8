namespace Cdn.Tests.Infrastructure;

/// <summary>
/// An ext4 file system of a test's own in a file, whose power can be cut. Nothing is written to it on its own for five minutes:
/// what survives is what somebody made durable.
/// </summary>
internal sealed class JournaledDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private JournaledDisk(TemporaryFolder folder) => _folder = folder;

    /// <summary>Where it is mounted.</summary>
    public string Path => _folder.Of("disk");

    private string Image => _folder.Of("image");

    public static async Task<JournaledDisk> MountAsync(int megabytes)
    {
        var folder = new TemporaryFolder();
        await Shell.RunAsync("truncate -s \"$2\" \"$1\"; mkfs.ext4 -q -m 0 \"$1\"", folder.Of("image"), $"{megabytes}M");
        return await MountAsync(folder);
    }

    /// <summary>
    /// What a machine finds whose power was cut now: the device as it is, with the file system's journal to be read again.
    /// </summary>
    public async Task<JournaledDisk> CutAsync()
    {
        var folder = new TemporaryFolder();
        await Shell.RunAsync("cp --sparse=always \"$1\" \"$2\"", Image, folder.Of("image"));
        return await MountAsync(folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync("umount -l \"$1\"", Path);
        _folder.Dispose();
    }

    private static async Task<JournaledDisk> MountAsync(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder.Of("disk"));
        await Shell.RunAsync("mount -o loop,commit=300 \"$1\" \"$2\"", folder.Of("image"), folder.Of("disk"));
        return new JournaledDisk(folder);
    }
}
