using System.Diagnostics;

namespace Cdn.Tests.Infrastructure;

/// <summary>A small disk of a test's own (a tmpfs), to be filled up. Where none can be mounted it is an ordinary folder.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SmallDisk()
    {
    }

    /// <summary>Whether it is a disk of its own.</summary>
    public bool IsMounted { get; private set; }

    public string Path => _folder.Path;

    public static async Task<SmallDisk> MountAsync(int bytes)
    {
        var disk = new SmallDisk();
        disk.IsMounted = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess
            && await RunAsync("mount", "-t", "tmpfs", "-o", $"size={bytes},mode=755", "tmpfs", disk.Path);
        return disk;
    }

    public string Of(params string[] parts) => _folder.Of(parts);

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        Assert.True(IsMounted);
        using var filler = new FileStream(Of("filler"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                filler.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void MakeRoom() => File.Delete(Of("filler"));

    public async ValueTask DisposeAsync()
    {
        if (IsMounted)
        {
            await RunAsync("umount", "-l", Path);
        }

        _folder.Dispose();
    }

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
