using System.Runtime.InteropServices;

namespace Cdn.Benchmarks.Media;

/// <summary>link(2), which .NET does not have.</summary>
internal static partial class HardLink
{
    /// <exception cref="IOException">It cannot be made, for example across file systems.</exception>
    public static void Create(string path, string existing)
    {
        if (Link(existing, path) != 0)
        {
            throw new IOException($"{path} cannot be linked to {existing}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string existing, string path);
}
