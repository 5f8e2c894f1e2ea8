using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Layout;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// What a callback of <c>WithConfiguration</c> is given: it adds files to those that nginx reads. It is called at every start,
/// and at every reload.
/// </summary>
public sealed class NginxConfigurationContext
{
    private readonly Dictionary<string, string> _files;
    private readonly HashSet<string> _secrets;

    internal NginxConfigurationContext(
        NginxResource resource,
        IServiceProvider services,
        ILogger logger,
        Dictionary<string, string> files,
        HashSet<string> secrets,
        CancellationToken cancellationToken) =>
        (Resource, Services, Logger, _files, _secrets, CancellationToken) =
            (resource, services, logger, files, secrets, cancellationToken);

    /// <summary>nginx.</summary>
    public NginxResource Resource { get; }

    /// <summary>The services of the application.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Writes to the log of the resource.</summary>
    public ILogger Logger { get; }

    /// <summary>Ends when the start or the reload is given up.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>The version of the nginx that reads the configuration.</summary>
    public Version Version => Resource.Build!.Version;

    /// <summary>
    /// The folder of the configuration, as nginx sees it. Relative paths of <c>include</c>, and of logs, hang on it.
    /// </summary>
    public string RunDirectory => GetPath(Resource.RunDirectory!);

    /// <summary>
    /// The files so far, by their path in the folder: <c>nginx.conf</c>, <c>generated/listen.conf</c> and so on.
    /// </summary>
    public IReadOnlyDictionary<string, string> Files => _files;

    /// <summary>Adds a file, or takes the place of one.</summary>
    /// <param name="name">Its path in the folder, with slashes: <c>generated/cache.conf</c>.</param>
    /// <param name="text">What is in it.</param>
    /// <param name="isSecret">Whether nobody but its owner, who is nginx's master, may read it.</param>
    /// <exception cref="ArgumentException">The path leads out of the folder.</exception>
    public void AddFile(string name, string text, bool isSecret = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(text);
        if (Path.IsPathRooted(name) || name.Split('/', '\\').Contains(".."))
        {
            throw new ArgumentException($"'{name}' leads out of the folder of the configuration.", nameof(name));
        }

        _files[name] = text;
        _ = isSecret ? _secrets.Add(name) : _secrets.Remove(name);
    }

    /// <summary>A path of this machine as nginx sees it. In a container it is there if <c>WithFiles</c> has brought it.</summary>
    /// <param name="path">Its full path on this machine.</param>
    public string GetPath(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return NginxPaths.Of(Resource, path);
    }

    /// <summary>
    /// Whether nginx's workers may enter a folder of this machine. Started by root, or in a container, they are another user, who
    /// may enter no private folder.
    /// </summary>
    /// <param name="folder">Its full path on this machine.</param>
    public bool MayEnter(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return WorkerAccess.MayEnter(Resource, folder);
    }

    /// <summary>A value as one word of a configuration, in quotes where it needs them.</summary>
    /// <param name="value">The value.</param>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return NginxText.Quote(value);
    }
}
