using System.Diagnostics;
using System.Runtime.InteropServices;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Deploy;

/// <summary>An image made of programs of this machine and the libraries that they need.</summary>
internal static class StandInImage
{
    /// <summary>What the C library and nginx look for, if it is there.</summary>
    private static readonly string[] Always = ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/ssl/openssl.cnf"];

    /// <summary>.NET with ASP.NET, where its public image has it.</summary>
    public static Task CreateRuntimeAsync(Podman podman, string name)
    {
        // .../shared/Microsoft.NETCore.App/10.0.0/
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        var root = runtime.Parent!.Parent!.Parent!.FullName;
        string[] folders =
        [
            Path.Combine(root, "host", "fxr"),
            runtime.FullName.TrimEnd('/'),
            Path.Combine(root, "shared", "Microsoft.AspNetCore.App", runtime.Name),
        ];
        var libraries = folders.SelectMany(folder => Directory.GetFiles(folder, "*.so", SearchOption.AllDirectories));
        return CreateAsync(podman, name, [Path.Combine(root, "dotnet"), .. libraries, .. CryptographyLibraries()], folders, (root, "/usr/share/dotnet"));
    }

    /// <summary>Imports an image.</summary>
    /// <param name="podman">Where to.</param>
    /// <param name="name">Its name.</param>
    /// <param name="programs">Programs and libraries, which come with the libraries that they need.</param>
    /// <param name="folders">Folders that come as they are.</param>
    /// <param name="move">A folder that has another place in the image.</param>
    public static async Task CreateAsync(
        Podman podman, string name, IEnumerable<string> programs, string[]? folders = null, (string From, string To)? move = null)
    {
        var files = new HashSet<string>(Always.Where(File.Exists));
        foreach (var program in programs)
        {
            files.Add(program);
            foreach (var word in (await OutputAsync("ldd", program)).Split((char[])[' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (word.StartsWith('/') && File.Exists(word))
                {
                    files.Add(word);
                }
            }
        }

        using var folder = new TemporaryFolder();
        var list = folder.Of("files");
        files.RemoveWhere(file => (folders ?? []).Any(whole => file.StartsWith(whole + "/", StringComparison.Ordinal)));
        await File.WriteAllLinesAsync(list, [.. files, .. folders ?? []]);
        string[] moving = move is var (from, to) ? ["--transform", $"s#^{from.TrimStart('/')}#{to.TrimStart('/')}#"] : [];
        await OutputAsync("tar", ["--create", "--dereference", "--hard-dereference", "--file", folder.Of("image.tar"), .. moving, "--files-from", list]);
        await podman.RunAsync("import", folder.Of("image.tar"), name);
    }

    /// <summary>What .NET loads by name.</summary>
    private static IEnumerable<string> CryptographyLibraries() =>
        new[] { "/usr/lib", "/usr/lib64" }
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.GetFiles(folder, "*.so.3", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 }))
            .Where(file => Path.GetFileName(file) is "libssl.so.3" or "libcrypto.so.3");

    private static async Task<string> OutputAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await errors;
        return output;
    }
}
