using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Programs;
using Aspire.Hosting.Nginx.Running;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>Writes what nginx reads into its run directory.</summary>
internal sealed partial class ConfigurationWriter(
    NginxResource nginx, NginxControl control, IServiceProvider services, ILogger logger) : IDisposable
{
    /// <summary>The file that nginx starts from.</summary>
    public const string Main = "nginx.conf";

    /// <summary>
    /// A container reads copies of certificate and key: the originals may be links to elsewhere, and a mounted file stays what it
    /// was when another one takes its place.
    /// </summary>
    public const string CertificateCopy = "certificate/tls.crt";

    public const string KeyCopy = "certificate/tls.key";

    /// <summary>The folder of what differs from one run to the next.</summary>
    private const string Generated = "generated";

    private readonly SemaphoreSlim _one = new(1, 1);
    private List<(string Name, string Address)> _addresses = [];
    private readonly HashSet<string> _secrets = [KeyCopy];
    private Dictionary<string, string> _written = [];

    /// <summary>Asks for the addresses of the services, as nginx sees them. Waits for those that are not known yet.</summary>
    public async Task ResolveAsync(ValueProviderContext context, CancellationToken cancellationToken)
    {
        var addresses = new List<(string, string)>();
        foreach (var upstream in nginx.Upstreams)
        {
            var address = WorkerAccess.SocketOf(nginx, upstream) is { } socket
                ? $"unix:{socket}"
                : await ResolveAsync(upstream.Endpoint, context, cancellationToken);
            addresses.Add((upstream.Name, address));
        }

        _addresses = addresses;
    }

    /// <summary>Writes all files. What it returns puts back those that were there before.</summary>
    public async Task<Func<Task>> WriteAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            nginx.Build ??= await control.AskBuildAsync(cancellationToken);
            if (nginx is { WantsHttp3: true, Build.HasHttp3: false } && _written.Count == 0)
            {
                LogNoHttp3(logger, nginx.Build.Version);
            }

            var files = await ComposeAsync(cancellationToken);
            var before = _written;
            await ReplaceAsync(before, files);
            return () => ReplaceAsync(files, before);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private static async Task<string> ResolveAsync(
        EndpointReference endpoint, ValueProviderContext context, CancellationToken cancellationToken)
    {
        var host = await endpoint.Property(EndpointProperty.IPV4Host).GetValueAsync(context, cancellationToken);
        var port = await endpoint.Property(EndpointProperty.Port).GetValueAsync(context, cancellationToken);
        return $"{host}:{port}";
    }

    private async Task<Dictionary<string, string>> ComposeAsync(CancellationToken cancellationToken)
    {
        var files = new Dictionary<string, string>
        {
            ["generated/listen.conf"] = Listen().Write(nginx.Build!),
            ["generated/hsts.conf"] = TlsConfiguration.WriteHsts(
                isProduction: nginx is { Certificate: not null, DevelopmentAuthorityFile: null }),
            ["generated/upstreams.conf"] = UpstreamConfiguration.Write(_addresses),
        };
        if (nginx.ConfigurationFile is { } file)
        {
            foreach (var beside in Directory.EnumerateFiles(Path.GetDirectoryName(file)!, "*.conf"))
            {
                files[Path.GetFileName(beside)] = await File.ReadAllTextAsync(beside, cancellationToken);
            }

            files[Main] = await File.ReadAllTextAsync(file, cancellationToken);
        }
        else
        {
            files[Main] = Default();
        }

        var context = new NginxConfigurationContext(nginx, services, logger, files, _secrets, cancellationToken);
        foreach (var callback in nginx.ConfigurationCallbacks)
        {
            await callback(context);
        }

        if (nginx.IsContainer && nginx.CertificateFiles is { } certificate)
        {
            files[CertificateCopy] = await File.ReadAllTextAsync(certificate.CertificateFile, cancellationToken);
            files[KeyCopy] = await File.ReadAllTextAsync(certificate.KeyFile, cancellationToken);
        }

        return files;
    }

    private ListenConfiguration Listen()
    {
        var endpoint = nginx.PrimaryAnnotation;
        var port = endpoint.AllocatedEndpoint?.Port ?? endpoint.Port!.Value;
        var http3 = nginx.Annotations.OfType<EndpointAnnotation>()
            .FirstOrDefault(other => other.Name == NginxResource.Http3EndpointName);
        var http3Port = nginx.WantsHttp3 ? http3?.AllocatedEndpoint?.Port ?? http3?.Port ?? port : (int?)null;

        // A container's own addresses are nobody's: which of this machine's lead there is the endpoint's to say.
        var listen = nginx.IsContainer
            ? new ListenConfiguration(endpoint.TargetPort!.Value, "", nginx.Certificate, http3Port, nginx.SendBuffer)
            : new ListenConfiguration(port, endpoint.TargetHost, nginx.Certificate, http3Port, nginx.SendBuffer);
        return listen with { Profile = nginx.TlsProfile };
    }

    private string Default()
    {
        var schemes = nginx.Upstreams
            .GroupBy(upstream => upstream.Name)
            .ToDictionary(
                group => group.Key,
                group => group.All(upstream => upstream.Endpoint.IsHttps && upstream.Socket is null) ? "https" : "http");
        IReadOnlyList<NginxRoute> routes = nginx.Routes.Count == 0 && schemes.Count == 1
            ? [new NginxRoute("/", schemes.Keys.Single(), StripPrefix: false)]
            : nginx.Routes;
        return DefaultConfiguration.Write(
            nginx.Name, routes, schemes, OperatingSystem.IsWindows() && !nginx.IsContainer ? "access.log" : "/dev/stdout");
    }

    private async Task ReplaceAsync(Dictionary<string, string> old, Dictionary<string, string> files)
    {
        Directory.CreateDirectory(Path.Combine(nginx.RunDirectory!, "temp"));
        if (old.Count == 0 && Directory.Exists(Path.Combine(nginx.RunDirectory!, Generated)))
        {
            // What an earlier run generated, and this one does not, must not be included.
            Directory.Delete(Path.Combine(nginx.RunDirectory!, Generated), recursive: true);
        }

        foreach (var gone in old.Keys.Except(files.Keys))
        {
            File.Delete(Path.Combine(nginx.RunDirectory!, gone));
        }

        foreach (var (name, text) in files)
        {
            var path = Path.Combine(nginx.RunDirectory!, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (_secrets.Contains(name) && !OperatingSystem.IsWindows())
            {
                const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                await using var empty = new FileStream(
                    path,
                    new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = OwnersOnly });
                File.SetUnixFileMode(empty.SafeFileHandle, OwnersOnly); // One of an earlier run may have had another mode.
            }

            await File.WriteAllTextAsync(path, text, CancellationToken.None); // All of them, or nginx finds halves.
        }

        _written = files;
    }

    [LoggerMessage(EventId = 701, Level = LogLevel.Warning,
        Message = "HTTP/3 is left out: it takes nginx 1.25 or newer, built with http_v3_module, and this one ({Version}) is not")]
    private static partial void LogNoHttp3(ILogger logger, Version version);
}
