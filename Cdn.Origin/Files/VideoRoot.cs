using System.Globalization;
using System.Text;
using Cdn.Storage.Files;
using Microsoft.Extensions.Options;
using Microsoft.Win32.SafeHandles;

namespace Cdn.Origin.Files;

/// <summary>
/// <c>VIDEO_DIR</c> as a boundary. Whatever is opened below it is first only found (O_PATH: nothing blocks, nothing is read),
/// then looked at by its descriptor, and opened for reading only if it is what was expected, on this side of the boundary. So
/// nobody can exchange it in between.
/// </summary>
internal sealed class VideoRoot(IOptions<OriginOptions> options)
{
    private const int LongestPath = 4096;

    private volatile string _realRoot = "";

    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.VideoDir);

    public LinkRule Links { get; } = options.Value.LinkRule;

    /// <summary>The path of a name below the folder.</summary>
    public string PathOf(string name) => name.Length == 0 ? Path : System.IO.Path.Join(Path, name);

    /// <summary>The same as a system call has it.</summary>
    public static byte[] ToBytes(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    /// <summary>Where an open file really is.</summary>
    public static string RealPath(int file)
    {
        Span<byte> target = stackalloc byte[LongestPath];
        var length = Descriptors.ReadLink(OwnPath(file), target);
        return length > 0 && length < LongestPath ? Encoding.UTF8.GetString(target[..length]) : "";
    }

    /// <summary>Whether a real path is one of the folder.</summary>
    public static bool IsInside(string path, string root) =>
        path == root || (path.StartsWith(root, StringComparison.Ordinal) && (root.EndsWith('/') || path[root.Length] == '/'));

    /// <summary>Where the folder really is; empty if it is not there.</summary>
    private string RealRoot()
    {
        var file = Descriptors.Open(ToBytes(Path), Descriptors.PathOnly);
        if (file < 0)
        {
            return "";
        }

        try
        {
            return RealPath(file);
        }
        finally
        {
            _ = Descriptors.Close(file);
        }
    }

    /// <summary>
    /// Finds a file or folder and looks at it, without opening it for reading. The caller closes the descriptor.
    /// </summary>
    /// <returns>A descriptor, or -1 and why.</returns>
    public int Find(string name, out FileStat status, out OpenFailure failure)
    {
        (status, failure) = (default, default);
        var file = Descriptors.Open(ToBytes(PathOf(name)), Descriptors.PathOnly);
        if (file < 0)
        {
            failure = OpenFailure.Of(Descriptors.LastError);
            return -1;
        }

        if (FileStat.Of(file, out status) is not 0 and var error)
        {
            failure = OpenFailure.Of(error);
        }
        else if (name.Length > 0 && !IsAllowed(RealPath(file), name))
        {
            failure = OpenFailure.Outside;
        }
        else
        {
            return file;
        }

        _ = Descriptors.Close(file);
        return -1;
    }

    /// <summary>Opens a video for reading: a regular file on this side of the boundary, and nothing else.</summary>
    public SafeFileHandle? Open(string name, out FileStat status, out OpenFailure failure)
    {
        if (!OperatingSystem.IsLinux())
        {
            return OpenElsewhere(name, out status, out failure);
        }

        var found = Find(name, out status, out failure);
        if (found < 0)
        {
            return null;
        }

        try
        {
            if (status.Kind != FileKind.Regular)
            {
                failure = OpenFailure.NotRegular;
                return null;
            }

            var file = Reopen(found, Descriptors.ReadOnly | Descriptors.NonBlocking);
            if (file < 0)
            {
                failure = OpenFailure.Of(Descriptors.LastError);
                return null;
            }

            return new SafeFileHandle(file, ownsHandle: true);
        }
        finally
        {
            _ = Descriptors.Close(found);
        }
    }

    /// <summary>Opens for reading what was found.</summary>
    public static int Reopen(int found, int flags) => Descriptors.Open(OwnPath(found), flags);

    private static byte[] OwnPath(int file) => ToBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{file}"));

    private bool IsAllowed(string real, string name)
    {
        if (Links == LinkRule.Anywhere || real == System.IO.Path.Join(_realRoot, name))
        {
            return true; // No link was on the way, nor is one to be followed.
        }

        _realRoot = RealRoot();
        return Links == LinkRule.Never ? real == System.IO.Path.Join(_realRoot, name) : IsInside(real, _realRoot);
    }

    /// <summary>On other systems a link is followed or not, and that is all that can be told.</summary>
    private SafeFileHandle? OpenElsewhere(string name, out FileStat status, out OpenFailure failure)
    {
        (status, failure) = (default, default);
        try
        {
            var handle = File.OpenHandle(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            FileStat.TryOf(handle, out status);
            return handle;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = OpenFailure.Of(e);
            return null;
        }
    }
}
