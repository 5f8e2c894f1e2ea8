using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdn.AppHost.Settings;

/// <summary>
/// Claims <c>DATA_DIR</c>, so that a second CDN does not work on the same state, or write over this one's nginx configuration.
/// </summary>
internal static class DataFolder
{
    /// <summary>Claims it for as long as this application is there.</summary>
    /// <returns>What is wrong, as a sentence; null once it is ours.</returns>
    public static string? Claim(IDistributedApplicationBuilder builder, string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            CloseToOthers(folder);
            var claim = new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
            {
                start.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(claim.Dispose);
                return Task.CompletedTask;
            });
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"DATA_DIR {folder} cannot be used (does another CDN run on it?): {e.Message.TrimEnd('.')}.";
        }
    }

    /// <summary>
    /// Keeps other users out of stores and sockets. Started by root, nginx's workers are another user, and have to get in: then the folder stays
    /// as it is, and objects are read-only for everybody.
    /// </summary>
    private static void CloseToOthers(string folder)
    {
        if (!OperatingSystem.IsWindows() && !Environment.IsPrivilegedProcess)
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
