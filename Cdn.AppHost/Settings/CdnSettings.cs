using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cdn.AppHost.Limiting;
using Cdn.Contracts;
using Microsoft.Extensions.Configuration;

namespace Cdn.AppHost.Settings;

/// <summary>
/// What is set from outside, checked: environment variables and <c>--NAME=value</c>, as <see cref="SettingsTable"/> lists them.
/// </summary>
internal sealed class CdnSettings
{
    /// <summary>Longest path of a Unix socket: 107 bytes, by <c>sockaddr_un</c>.</summary>
    private const int MaxSocketPath = 107;

    /// <summary>Ports of the first replicas; those of further ones are free ones.</summary>
    private static readonly int[] ReplicaPorts = [9002, 9003];

    private readonly IDistributedApplicationBuilder _builder;
    private readonly IConfiguration _configuration;
    private readonly string _root;
    private readonly bool _hasRandomPorts;

    public CdnSettings(IDistributedApplicationBuilder builder)
    {
        (_builder, _configuration) = (builder, builder.Configuration);
        _root = Path.GetFullPath("..", builder.AppHostDirectory);

        // What the testing builder asks for: its applications run side by side.
        _hasRandomPorts = builder.Configuration.GetValue("DcpPublisher:RandomizePorts", defaultValue: false);
    }

    /// <summary><c>VIDEO_DIR</c>: the videos; default the samples in <c>videos/</c>.</summary>
    public string VideoDir => Folder("VIDEO_DIR", "videos");

    /// <summary>
    /// <c>EDGE_CERT</c>: nginx's certificate (PEM); needs <c>EDGE_KEY</c>. Default: what is in <c>nginx/certs</c>.
    /// </summary>
    public string? CertificateFile => FileOf("EDGE_CERT");

    /// <summary><c>EDGE_KEY</c>: the private key of <c>EDGE_CERT</c>.</summary>
    public string? KeyFile => FileOf("EDGE_KEY");

    /// <summary>
    /// <c>TLS_PROFILE</c>: which clients nginx speaks TLS with; default those of Mozilla's intermediate profile.
    /// </summary>
    public NginxTlsProfile TlsProfile =>
        _configuration["TLS_PROFILE"] == "modern" ? NginxTlsProfile.Modern : NginxTlsProfile.Intermediate;

    /// <summary><c>OPERATOR_KEYS</c>: a file with more operators' keys; null for none.</summary>
    public string? OperatorKeysFile => FileOf("OPERATOR_KEYS");

    /// <summary>Where certificates are if none are named.</summary>
    public string CertificateFolder => Path.Combine(_root, "nginx", "certs");

    /// <summary><c>REPLICA_COUNT</c>: how many replicas there are; default 2.</summary>
    public int ReplicaCount => Number("REPLICA_COUNT") ?? ReplicaPorts.Length;

    /// <summary><c>CONTROLLER_COUNT</c>: how many controllers there are; default 1.</summary>
    public int ControllerCount => Number("CONTROLLER_COUNT") ?? 1;

    /// <summary><c>ORIGIN_PORT</c>; null for a free one.</summary>
    public int? OriginPort => Port("ORIGIN_PORT", 9001);

    /// <summary><c>EDGE_PORT</c>; null for a free one.</summary>
    public int? EdgePort => Port("EDGE_PORT", 9005);

    /// <summary>
    /// <c>EDGE_SEES_STORE</c>: whether nginx serves from the replicas' stores itself; false sends all to the replicas.
    /// </summary>
    public bool EdgeSeesStore => IsOn("EDGE_SEES_STORE") ?? true;

    /// <summary><c>HTTP3</c>: whether nginx speaks HTTP/3, too, if it can.</summary>
    public bool Http3 => IsOn("HTTP3") ?? false;

    /// <summary><c>LIMIT_CONNECTIONS</c> and the like: what clients may take at the door.</summary>
    public EdgeLimits EdgeLimits
    {
        get
        {
            var limits = new EdgeLimits();
            return limits with
            {
                Connections = Number("LIMIT_CONNECTIONS") ?? limits.Connections,
                Requests = Number("LIMIT_REQUESTS") ?? limits.Requests,
                Rate = Bytes("LIMIT_RATE") ?? limits.Rate,
                Streams = Number("LIMIT_STREAMS") ?? limits.Streams,
                ConnectionRequests = Number("LIMIT_CONNECTION_REQUESTS") ?? limits.ConnectionRequests,
                PauseSeconds = Number("LIMIT_PAUSE") ?? limits.PauseSeconds,
                SendBuffer = (int?)Bytes("LIMIT_SEND_BUFFER") ?? limits.SendBuffer,
                Total = Number("LIMIT_TOTAL") ?? limits.Total,
                WorkerConnections = Number("LIMIT_WORKER_CONNECTIONS") ?? limits.WorkerConnections,
                Exempt = _configuration["LIMIT_EXEMPT"] is { Length: > 0 } networks ? networks.Split(',') : limits.Exempt,
            };
        }
    }

    /// <summary>Where nginx writes who met a limit.</summary>
    public string LimitedLog => Path.Combine(DataDir("edge"), "limited.log");

    /// <summary>Full path of nginx's program: <c>NGINX</c>, or what is installed; null if there is none.</summary>
    public string? NginxProgram => NginxResource.FindExecutable(_configuration["NGINX"] is { Length: > 0 } program ? program : "nginx");

    /// <summary>
    /// <c>EDGE</c>: whether nginx runs in a container; by default only where none is installed, and none is named.
    /// </summary>
    public bool EdgeIsContainer => _configuration["EDGE"] is { Length: > 0 } edge
        ? edge == "container"
        : NginxProgram is null && string.IsNullOrEmpty(_configuration["NGINX"]);

    /// <summary>What tokens take.</summary>
    public TokenSettings Tokens => new(_configuration, DataDir("tickets"));

    /// <summary><c>CONTROLLER_PORT</c> for the first; null for a free one.</summary>
    public int? ControllerPort(int number) => number == 1 ? Port("CONTROLLER_PORT", 9004) : null;

    /// <summary><c>REPLICA_PORT_1</c> and so on; null for a free one.</summary>
    /// <param name="number">The replica's number, from 1.</param>
    public int? ReplicaPort(int number) =>
        Port($"REPLICA_PORT_{number}", number <= ReplicaPorts.Length ? ReplicaPorts[number - 1] : null);

    /// <summary>A folder for what a service keeps: in <c>DATA_DIR</c>, default <c>data/</c>.</summary>
    public string DataDir(string service) => Path.Combine(Folder("DATA_DIR", "data"), service);

    /// <summary>A replica's store: <c>CACHE_DIR_1</c> and so on if it is set, else in <c>DATA_DIR</c>.</summary>
    public string CacheDir(int number) =>
        _configuration[$"CACHE_DIR_{number}"] is { Length: > 0 } folder ? Path.GetFullPath(folder) : DataDir($"replica{number}");

    /// <summary>The Unix socket on which nginx reaches a service; null where the path would be too long for one.</summary>
    public string? Socket(string service) =>
        DataDir(Path.Combine("run", service + ".sock")) is { Length: <= MaxSocketPath } path && !OperatingSystem.IsWindows() ? path : null;

    /// <summary>Where nginx writes what it served from a replica's store.</summary>
    public string ServedLog(string replica) => Path.Combine(DataDir("edge"), $"served-{replica}.log");

    /// <summary><c>DASHBOARD</c>: whether Aspire's dashboard is started.</summary>
    public bool HasDashboard => !IsOff(_configuration["DASHBOARD"]);

    /// <summary>The same, asked before there is a builder.</summary>
    public static bool HasNoDashboard(string[] args) =>
        IsOff(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build()["DASHBOARD"]);

    /// <summary>
    /// Looks at everything before anything starts, claims <c>DATA_DIR</c>, and says what is wrong, all of it, a sentence each.
    /// </summary>
    /// <returns>Whether nothing is.</returns>
    public bool Accept(string[] args, TextWriter errors)
    {
        IReadOnlyList<string> found = [.. Arguments.Refuse(args), .. FindErrors()];
        if (found.Count == 0 && DataFolder.Claim(_builder, DataDir("")) is { } taken)
        {
            found = [taken];
        }

        foreach (var error in found)
        {
            errors.WriteLine($"error: {error}");
        }

        return found.Count == 0;
    }

    /// <summary>What is set of the settings of a service.</summary>
    /// <param name="service">What it is: origin, replica or controller.</param>
    public IEnumerable<(string Name, string Value)> OfService(string service) =>
        from setting in SettingsTable.OfTheServices
        where setting.Services.Contains(service)
        let value = _configuration[setting.Name]
        where !string.IsNullOrEmpty(value)
        select (setting.Name, value);

    /// <summary>Everything that is wrong, a sentence each. Looks at the machine, but changes nothing.</summary>
    public IReadOnlyList<string> FindErrors()
    {
        var errors = new List<string>(WrongValues());
        if (errors.Count > 0)
        {
            return errors; // What follows reads them.
        }

        errors.AddRange(WrongFolder());
        errors.AddRange(WrongCertificate());
        errors.AddRange(Tokens.FindErrors());
        if (!EdgeIsContainer && NginxProgram is null)
        {
            var program = _configuration["NGINX"] is { Length: > 0 } set ? set : "nginx";
            errors.Add($"nginx was not found as '{program}': install it (apt-get install nginx), set NGINX to its path, or EDGE to container.");
        }

        errors.AddRange(FixedPorts.Refuse(
        [
            ("ORIGIN_PORT", IPAddress.Loopback, OriginPort),
            .. Enumerable.Range(1, ReplicaCount).Select(number => ($"REPLICA_PORT_{number}", IPAddress.Loopback, ReplicaPort(number))),
            ("CONTROLLER_PORT", IPAddress.Loopback, ControllerPort(1)),
            ("EDGE_PORT", IPAddress.Any, EdgePort),
        ]));
        return errors;
    }

    private IEnumerable<string> WrongValues() =>
        from entry in _configuration.AsEnumerable()
        where !string.IsNullOrEmpty(entry.Value)
        let setting = SettingsTable.Find(entry.Key.ToUpperInvariant())
        let error = setting?.Check(entry.Key, entry.Value!)
        where error is not null
        orderby error
        select error;

    private IEnumerable<string> WrongFolder()
    {
        var folder = VideoDir;
        string? error = null;
        try
        {
            error = Directory.Exists(folder) ? null : $"VIDEO_DIR must name an existing folder with videos; '{folder}' is none.";
            _ = error is null && Directory.EnumerateFileSystemEntries(folder).Any();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = $"VIDEO_DIR '{folder}' cannot be read: {e.Message.TrimEnd('.')}.";
        }

        return error is null ? [] : [error];
    }

    private IEnumerable<string> WrongCertificate()
    {
        if (CertificateFile is null != KeyFile is null)
        {
            return ["EDGE_CERT and EDGE_KEY belong together; only one of them is set."];
        }

        if (CertificateFile is not { } certificate || KeyFile is not { } key)
        {
            return [];
        }

        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(certificate, key);
            return pair.NotAfter.ToUniversalTime() < DateTime.UtcNow
                ? [$"The certificate {certificate} ended on {pair.NotAfter:yyyy-MM-dd}."]
                : [];
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return [$"The certificate {certificate} cannot be used with the key {key}: {e.Message.TrimEnd('.')}."];
        }
    }

    private bool? IsOn(string variable) => bool.TryParse(_configuration[variable], out var isOn) ? isOn : null;

    private static bool IsOff(string? value) => value == "off";

    private int? Port(string variable, int? otherwise) => Number(variable) ?? (_hasRandomPorts ? null : otherwise);

    private int? Number(string variable) =>
        int.TryParse(_configuration[variable], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private long? Bytes(string variable) =>
        _configuration[variable] is { Length: > 0 } text && ByteSize.TryParse(text, out var bytes) ? bytes : null;

    /// <summary>A variable's path hangs on the folder that the user is in, a default one on the repository.</summary>
    private string Folder(string variable, string otherwise) =>
        _configuration[variable] is { Length: > 0 } folder ? Path.GetFullPath(folder) : Path.Combine(_root, otherwise);

    private string? FileOf(string variable) => _configuration[variable] is { Length: > 0 } file ? Path.GetFullPath(file) : null;
}
