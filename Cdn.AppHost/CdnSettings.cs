using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

/// <summary>
/// What can be set from outside, by environment variable or <c>--NAME=value</c>. What is published has the paths of its images; there,
/// nothing of this machine is said.
/// </summary>
internal sealed class CdnSettings
{
    /// <summary>Most replicas on one machine: 32, each a process with a store of its own. More are Kubernetes' job.</summary>
    private const int MostReplicas = 32;

    /// <summary>Most controllers: 4. More than two only serve to be sure.</summary>
    private const int MostControllers = 4;

    private const int HighestPort = 65535;

    /// <summary>Ports of the first replicas; those of further ones are free ones.</summary>
    private static readonly int[] ReplicaPorts = [9002, 9003];

    private readonly ConfigurationManager _configuration;
    private readonly string _root;
    private readonly bool _publishes;
    private readonly List<string> _errors = [];

    public CdnSettings(IDistributedApplicationBuilder builder)
    {
        _configuration = builder.Configuration;
        _root = Path.GetFullPath("..", builder.AppHostDirectory);
        _publishes = builder.ExecutionContext.IsPublishMode;
        ReplicaCount = Number("REPLICA_COUNT", MostReplicas, "number") ?? ReplicaPorts.Length;
        ControllerCount = Number("CONTROLLER_COUNT", MostControllers, "number") ?? 1;
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            Check();
            if (!_publishes)
            {
                var claim = ClaimDataDir();
                start.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopped.Register(claim.Dispose);
            }

            return Task.CompletedTask;
        });
    }

    /// <summary><c>VIDEO_DIR</c>: the videos; default the samples in <c>videos/</c>.</summary>
    public string VideoDir => _publishes ? ImagePaths.Videos : Folder("VIDEO_DIR", "videos");

    /// <summary><c>EDGE_CERT</c>: nginx's certificate (PEM); needs <c>EDGE_KEY</c>. Default: what is in <c>nginx/certs</c>.</summary>
    public string? CertificateFile => FileOf("EDGE_CERT");

    /// <summary><c>EDGE_KEY</c>: the private key of <c>EDGE_CERT</c>.</summary>
    public string? KeyFile => FileOf("EDGE_KEY");

    /// <summary>Where certificates are if none are named.</summary>
    public string CertificateFolder => Path.Combine(_root, "nginx", "certs");

    /// <summary><c>REPLICA_COUNT</c>: how many replicas there are; default 2.</summary>
    public int ReplicaCount { get; }

    /// <summary><c>CONTROLLER_COUNT</c>: how many controllers there are; default 1.</summary>
    public int ControllerCount { get; }

    /// <summary><c>CONTROLLER_PORT</c> for the first; a free one for all others.</summary>
    public int? ControllerPort(int number) => number == 1 ? Port("CONTROLLER_PORT", 9004) : null;

    /// <summary>A folder for what a service keeps: in <c>DATA_DIR</c>, default <c>data/</c>.</summary>
    public string DataDir(string service) => _publishes ? ImagePaths.Data : Path.Combine(Folder("DATA_DIR", "data"), service);

    /// <summary>A replica's store: the variable if it is set, else in <c>DATA_DIR</c>.</summary>
    public string CacheDir(string variable, string service) =>
        _publishes ? ImagePaths.Store
        : _configuration[variable] is { Length: > 0 } folder ? Path.GetFullPath(folder)
        : DataDir(service);

    /// <summary><c>EDGE_SEES_STORE</c>: whether nginx serves from the replicas' stores itself; default true. False sends all to the replicas.</summary>
    public bool EdgeSeesStore => !string.Equals(_configuration["EDGE_SEES_STORE"], "false", StringComparison.OrdinalIgnoreCase);

    /// <summary><c>HTTP3</c>: whether nginx speaks HTTP/3, too, if it can; default false.</summary>
    public bool Http3 => string.Equals(_configuration["HTTP3"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The Unix socket on which nginx reaches a service; null where the path would be too long for one (107 bytes).</summary>
    public string? Socket(string service) =>
        !_publishes && DataDir(Path.Combine("run", service + ".sock")) is { Length: <= 107 } path && !OperatingSystem.IsWindows() ? path : null;

    /// <summary>Where nginx writes what it served from a replica's store.</summary>
    public string ServedLog(string replica) =>
        _publishes ? $"{ImagePaths.Served}/{replica}.log" : Path.Combine(DataDir("edge"), $"served-{replica}.log");

    /// <summary>A port: the variable if it is set. What is no port is reported when the application starts.</summary>
    public int Port(string variable, int otherwise) => Number(variable, HighestPort, "port") ?? otherwise;

    /// <summary><c>REPLICA_PORT_1</c> and so on; null for a free one.</summary>
    /// <param name="number">The replica's number, from 1.</param>
    public int? ReplicaPort(int number) =>
        Number($"REPLICA_PORT_{number}", HighestPort, "port") ?? (number <= ReplicaPorts.Length ? ReplicaPorts[number - 1] : null);

    /// <summary>What a variable says; null, and an error to report, if that is not from 1 to <paramref name="most"/>.</summary>
    private int? Number(string variable, int most, string kind)
    {
        var text = _configuration[variable];
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most)
        {
            return number;
        }

        _errors.Add($"{variable} must be a {kind} from 1 to {most}; it is '{text}'.");
        return null;
    }

    /// <exception cref="DistributedApplicationException">Something is set wrong: all that is, a sentence each.</exception>
    private void Check()
    {
        if (!_publishes && !Directory.Exists(VideoDir))
        {
            _errors.Add($"VIDEO_DIR must name an existing folder with videos; '{VideoDir}' is none.");
        }

        if (CertificateFile is null != KeyFile is null)
        {
            _errors.Add("EDGE_CERT and EDGE_KEY belong together; only one of them is set.");
        }

        if (_errors.Count > 0)
        {
            throw new DistributedApplicationException(string.Join(' ', _errors));
        }
    }

    /// <summary>Keeps a second CDN from working on the same state, and from writing over this one's nginx configuration.</summary>
    /// <exception cref="DistributedApplicationException">It cannot be used, or another CDN uses it.</exception>
    private FileStream ClaimDataDir()
    {
        var folder = DataDir("");
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException($"DATA_DIR {folder} cannot be used (does another CDN run on it?): {e.Message}");
        }
    }

    /// <summary>A variable's path hangs on the folder that the user is in, a default one on the repository.</summary>
    private string Folder(string variable, string otherwise) =>
        _configuration[variable] is { Length: > 0 } folder ? Path.GetFullPath(folder) : Path.Combine(_root, otherwise);

    private string? FileOf(string variable) => _configuration[variable] is { Length: > 0 } file ? Path.GetFullPath(file) : null;
}
