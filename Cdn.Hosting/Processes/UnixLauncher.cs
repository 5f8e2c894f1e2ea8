using System.Diagnostics;

namespace Cdn.Hosting;

/// <summary>Starts processes on Linux and macOS, each as the leader of a session of its own, watched by the guardian.</summary>
/// <remarks>
/// The child first is a shell that waits for one line. It gets that line only after the guardian knows its id; if the AppHost
/// dies before, it reads the end of its input and exits. So there is no moment at which a process runs that nobody would end.
/// <c>exec</c> keeps the id, <c>setsid</c> makes it the id of the group too.
/// </remarks>
internal sealed class UnixLauncher(Guardian guardian) : IProcessLauncher
{
    private const string Script = """IFS= read -r go || exit 1; exec "$@" </dev/null""";

    public static string? SetSid { get; } = CommandPath.Find("setsid", "/");

    public IRunningProcess Start(ProcessSpec spec, Action<string, bool> line)
    {
        var start = new ProcessStartInfo
        {
            FileName = SetSid ?? "/bin/sh",
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var arg in Arguments(spec))
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment.Where(v => IsShellName(v.Key)))
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        process.Start();
        var grouped = SetSid is not null;
        guardian.Watch(process.Id, grouped);
        try
        {
            process.StandardInput.WriteLine("go");
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended already; its exit code says why.
        }

        return new UnixProcess(process, spec, grouped, guardian, line);
    }

    public void Dispose() => guardian.Dispose();

    private static IEnumerable<string> Arguments(ProcessSpec spec)
    {
        string[] shell = ["/bin/sh", "-c", Script, "sh"];
        var skip = SetSid is null ? 1 : 0;

        // A shell drops variables whose names it could not have set (services__my-origin__http__0): env(1) passes them on.
        var odd = spec.Environment.Where(v => !IsShellName(v.Key)).Select(v => $"{v.Key}={v.Value}").ToList();
        return [.. shell.Skip(skip), .. odd.Count > 0 ? ["/usr/bin/env", .. odd] : Array.Empty<string>(), spec.Command, .. spec.Args];
    }

    private static bool IsShellName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
