using System.Net.Sockets;
using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Layout;
using Aspire.Hosting.Nginx.Programs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Nginx.Running;

/// <summary>What is done before anything of the application is started: whatever is wrong with nginx is said then.</summary>
internal static class NginxPreparation
{
    /// <summary>Prepares a run.</summary>
    /// <exception cref="DistributedApplicationException">It cannot run; one sentence says why.</exception>
    public static async Task PrepareAsync(NginxResource nginx, IServiceProvider services, CancellationToken cancellationToken)
    {
        if (nginx.Command is { } command)
        {
            nginx.Command = CommandPath.Find(command) ?? throw new DistributedApplicationException(
                $"nginx was not found as '{command}': install it, name its path, or have it in a container (without RunAsExecutable).");
            nginx.Build = await services.GetRequiredKeyedService<NginxControl>(nginx).AskBuildAsync(cancellationToken);
        }

        if (nginx.ConfigurationFile is { } file && !File.Exists(file))
        {
            throw new DistributedApplicationException($"The configuration of {nginx.Name} is not there: '{file}'.");
        }

        MakeRunDirectory(nginx, services.GetRequiredService<IHostApplicationLifetime>());
        CertificateChoice.Make(nginx, services.GetRequiredService<IDeveloperCertificateService>());
        if (nginx.IsContainer)
        {
            PrepareContainer(nginx);
        }
        else
        {
            PrepareProcess(nginx);
        }
    }

    /// <summary>One that was not chosen is of this run only: two applications of one name may run at the same time.</summary>
    private static void MakeRunDirectory(NginxResource nginx, IHostApplicationLifetime lifetime)
    {
        if (nginx.RunDirectory is { } chosen)
        {
            Directory.CreateDirectory(chosen);
            return;
        }

        var folder = Directory.CreateTempSubdirectory($"nginx-{nginx.Name}-");
        if (!OperatingSystem.IsWindows())
        {
            folder.UnixFileMode |= UnixFileMode.GroupExecute | UnixFileMode.OtherExecute; // The workers may be another user.
        }

        nginx.RunDirectory = folder.FullName;
        lifetime.ApplicationStopped.Register(() =>
        {
            try
            {
                folder.Delete(recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A container may have left files of another user there. It is a folder for what is temporary.
            }
        });
    }

    /// <summary>No proxy is before it, so it binds the public port itself.</summary>
    private static void PrepareProcess(NginxResource nginx)
    {
        NginxOrphans.End(nginx.RunDirectory!); // What an application that was killed together with its nginx has left.
        nginx.PrimaryAnnotation.TargetPort = nginx.PrimaryAnnotation.Port;
        nginx.Annotations.Add(new ExecutableAnnotation { Command = nginx.Command!, WorkingDirectory = nginx.RunDirectory! });
    }

    private static void PrepareContainer(NginxResource nginx)
    {
        NginxPaths.Mount(nginx, nginx.RunDirectory!, isReadOnly: false);
        foreach (var upstream in nginx.Upstreams)
        {
            if (WorkerAccess.SocketOf(nginx, upstream) is { } socket)
            {
                NginxPaths.Mount(nginx, Path.GetDirectoryName(socket)!, isReadOnly: false);
            }
        }

        foreach (var mount in nginx.Annotations.OfType<ContainerMountAnnotation>())
        {
            if (mount is { Type: ContainerMountType.BindMount, Source: { } source } && !Path.Exists(source))
            {
                Directory.CreateDirectory(source); // podman mounts nothing that is not there.
            }
        }

        if (nginx.WantsHttp3)
        {
            var https = nginx.PrimaryAnnotation;
            nginx.Annotations.Add(new EndpointAnnotation(
                ProtocolType.Udp,
                uriScheme: "udp",
                name: NginxResource.Http3EndpointName,
                port: https.Port,
                targetPort: https.TargetPort,
                isProxied: false)
            {
                TargetHost = https.TargetHost,
                ExcludeReferenceEndpoint = true,
            });
        }
    }
}
