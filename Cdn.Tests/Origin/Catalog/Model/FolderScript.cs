using System.Diagnostics;
using System.Security.Cryptography;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Catalog.Model;

/// <summary>
/// Does to a folder what people and programs do, at random from a seed, and knows after each step what every name has. The
/// contents of a name
/// are those that it had between two steps: anything else that is ever published of it is torn, or another's.
/// </summary>
internal sealed class FolderScript(string root, string outside, int seed)
{
    private const int LongestFile = 40_000;

    private static readonly string[] Folders = ["", "d1", "d2", "d1/s"];
    private static readonly string[] Leaves = ["a.mp4", "b.ts", "c.m3u8", "d.mp4"];

    private readonly Random _random = new(seed);
    private readonly Dictionary<string, Sha256Digest> _now = [];

    /// <summary>Every content that a name has had.</summary>
    public Dictionary<string, HashSet<Sha256Digest>> Ever { get; } = [];

    /// <summary>What every name has now.</summary>
    public IReadOnlyDictionary<string, Sha256Digest> Now => _now;

    public List<string> Log { get; } = [];

    /// <summary>One step.</summary>
    public void Step()
    {
        (string What, Action<string> Do)[] steps =
        [
            ("create", path => Replace(path)), ("write in place", WriteInPlace), ("append", Append), ("truncate", Truncate), ("move", Move),
            ("swap", Swap), ("hard link", HardLink), ("link", Link), ("link outside", path => Symbolic(path, Path.Combine(outside, "secret.mp4"))),
            ("link a folder", _ => LinkFolder()), ("move a folder", _ => MoveFolder()), ("remove a folder", _ => RemoveFolder()), ("delete", Delete),
            ("hide", path => Mode(path, "000")), ("show", path => Mode(path, "644")), ("folder in place of a file", FolderForFile),
            ("same size and time", SameSizeAndTime), ("rename into place", RenameIntoPlace), ("rename into place", RenameIntoPlace),
        ];
        var (what, @do) = steps[_random.Next(steps.Length)];
        var path = Pick();
        Log.Add($"{what} {path[root.Length..]}");
        try
        {
            @do(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.Add($"  {e.Message}"); // A folder is in the way, or nothing is there: not every step can be done.
        }

        Look();
    }

    /// <summary>Looks at the folder as it is, and remembers it.</summary>
    public void Look()
    {
        _now.Clear();
        Look(root, "", links: 0);
        foreach (var (name, digest) in _now)
        {
            (Ever.TryGetValue(name, out var contents) ? contents : Ever[name] = []).Add(digest);
        }
    }

    private void Look(string folder, string prefix, int links)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            if (entry.Name.EndsWith(".tmp", StringComparison.Ordinal))
            {
                continue;
            }

            var isLink = entry.LinkTarget is not null;
            var target = isLink ? Resolve(entry) : entry;
            if (target is null || !target.Exists || !target.FullName.StartsWith(root + "/", StringComparison.Ordinal))
            {
                continue;
            }

            if (target is DirectoryInfo)
            {
                if (links < 2 || !isLink)
                {
                    Look(target.FullName, prefix + entry.Name + "/", links + (isLink ? 1 : 0));
                }
            }
            else if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(target.FullName) & (UnixFileMode)0b100_100_100) != 0)
            {
                _now[prefix + entry.Name] = new Sha256Digest(SHA256.HashData(File.ReadAllBytes(target.FullName)));
            }
        }
    }

    private static FileSystemInfo? Resolve(FileSystemInfo link)
    {
        try
        {
            return link.ResolveLinkTarget(returnFinalTarget: true);
        }
        catch (IOException)
        {
            return null; // Links that lead to each other.
        }
    }

    private string Pick() => Path.Combine(root, Folders[_random.Next(Folders.Length)], Leaves[_random.Next(Leaves.Length)]);

    private byte[] Content(int? size = null) => Bytes.Random(size ?? _random.Next(1, LongestFile), _random.Next());

    private static void Prepare(string path) => Directory.CreateDirectory(Path.GetDirectoryName(path)!);

    private void Replace(string path)
    {
        Prepare(path);
        File.WriteAllBytes(path, Content());
    }

    private void WriteInPlace(string path)
    {
        Prepare(path);
        var content = Content();
        using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(content, 0, content.Length / 2);
        Thread.Yield();
        file.Write(content, content.Length / 2, content.Length - (content.Length / 2));
        file.SetLength(content.Length);
    }

    private void Append(string path)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(Content(_random.Next(1, 1000)));
    }

    private void Truncate(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.SetLength(_random.NextInt64(file.Length + 1));
    }

    private void Move(string path)
    {
        var target = Pick();
        Prepare(target);
        File.Move(path, target, overwrite: true);
    }

    private void Swap(string path)
    {
        var other = Pick();
        if (path != other && File.Exists(path) && File.Exists(other))
        {
            File.Move(path, path + ".tmp", overwrite: true);
            File.Move(other, path);
            File.Move(path + ".tmp", other);
        }
    }

    private void HardLink(string path)
    {
        var target = Pick();
        if (File.Exists(path) && new FileInfo(path).LinkTarget is null && path != target && !Path.Exists(target))
        {
            Prepare(target);
            Run("ln", path, target);
        }
    }

    private void Link(string path) => Symbolic(path, Pick());

    private static void Symbolic(string path, string target)
    {
        if (path != target)
        {
            Prepare(path);
            File.Delete(path);
            File.CreateSymbolicLink(path, target);
        }
    }

    private void LinkFolder()
    {
        var path = Path.Combine(root, "link");
        if (new DirectoryInfo(path).LinkTarget is not null)
        {
            Directory.Delete(path);
        }
        else
        {
            Directory.CreateSymbolicLink(path, Path.Combine(root, Folders[_random.Next(1, Folders.Length)]));
        }
    }

    private void MoveFolder()
    {
        var (from, to) = (Path.Combine(root, Folders[_random.Next(1, 3)]), Path.Combine(root, Folders[_random.Next(1, 3)] + "/moved"));
        if (!to.StartsWith(from + "/", StringComparison.Ordinal) && Directory.Exists(from) && !Path.Exists(to) && Directory.Exists(Path.GetDirectoryName(to)))
        {
            Directory.Move(from, to);
        }
        else if (Directory.Exists(to) && !Path.Exists(from))
        {
            Directory.Move(to, from);
        }
    }

    private void RemoveFolder() => Directory.Delete(Path.Combine(root, Folders[_random.Next(1, Folders.Length)]), recursive: true);

    private static void Delete(string path) => File.Delete(path);

    private static void Mode(string path, string mode)
    {
        if (File.Exists(path) && new FileInfo(path).LinkTarget is null)
        {
            Run("chmod", mode, path);
        }
    }

    private void FolderForFile(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
            Replace(path);
            return;
        }

        File.Delete(path);
        Directory.CreateDirectory(path);
        File.WriteAllBytes(Path.Combine(path, "inner.mp4"), Content());
    }

    private void SameSizeAndTime(string path)
    {
        var (length, time) = (new FileInfo(path).Length, File.GetLastWriteTimeUtc(path));
        File.WriteAllBytes(path, Content((int)length));
        File.SetLastWriteTimeUtc(path, time);
    }

    private void RenameIntoPlace(string path)
    {
        Prepare(path);
        File.WriteAllBytes(path + ".tmp", Content());
        File.Move(path + ".tmp", path, overwrite: true);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
    }
}
