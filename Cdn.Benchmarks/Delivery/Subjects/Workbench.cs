using System.Net;
using System.Text.RegularExpressions;
using Cdn.Benchmarks.Processes;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>What all subjects of a run have in common.</summary>
internal sealed partial class Workbench : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _client = LocalClient.Create();

    /// <param name="files">The files to serve, relative to <paramref name="media"/>.</param>
    public Workbench(string media, IReadOnlyList<string> files, bool proxied)
    {
        (Media, Files, Proxied) = (media, files, proxied);
        Certificate = ServerCertificate.Create(_folder.Folder("certificate"));
    }

    /// <summary>The folder that is served.</summary>
    public string Media { get; }

    public IReadOnlyList<string> Files { get; }

    /// <summary>Whether the CDN's nginx must not see the stores of its replicas.</summary>
    public bool Proxied { get; }

    public ServerCertificate Certificate { get; }

    /// <summary><c>worker_processes</c> of the CDN's nginx, for every nginx.</summary>
    public static string Workers { get; } =
        WorkerProcesses().Match(File.ReadAllText(Repository.NginxConfiguration)) is { Success: true } match
            ? match.Groups[1].Value
            : "auto";

    /// <summary>A folder for one subject.</summary>
    public string FolderOf(string subject) => _folder.Folder(subject);

    /// <summary>Writes a configuration file of a subject and answers its path.</summary>
    public string Write(string subject, string file, string text)
    {
        var path = Path.Combine(FolderOf(subject), file);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>Waits until the first of the files can be fetched; stops everything if it cannot.</summary>
    public async Task<RunningSubject> UntilUpAsync(RunningSubject subject, ServerProcess front, CancellationToken cancellationToken)
    {
        try
        {
            await UntilAnsweredAsync(new Uri(subject.Address, Files[0]), HttpStatusCode.OK, front, cancellationToken);
            return subject;
        }
        catch
        {
            await subject.DisposeAsync();
            throw;
        }
    }

    public Task UntilAnsweredAsync(Uri address, HttpStatusCode status, ServerProcess server, CancellationToken cancellationToken) =>
        LocalClient.UntilAnsweredAsync(_client, address, status, server, cancellationToken);

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(@"^\s*worker_processes\s+(\w+)\s*;", RegexOptions.Multiline)]
    private static partial Regex WorkerProcesses();
}
