using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;
using Cdn.Contracts;

/// <summary>Kubernetes: a Helm chart. nginx does not see the replicas' volumes.</summary>
internal sealed class Kubernetes(IDistributedApplicationBuilder builder) : IPlatform
{
    /// <summary>The user of the images.</summary>
    private const int User = 1654;

    /// <summary>Where the services listen in their images.</summary>
    private const int ServicePort = 8080;

    private readonly IResourceBuilder<KubernetesEnvironmentResource> _environment = builder.AddKubernetesEnvironment("kubernetes")
        .WithDashboard(false)
        .WithHelm(chart => chart.WithChartName("cdn").WithChartDescription("A video CDN."));

    /// <summary>Whole names: nginx does not look in search domains.</summary>
    public string Domain => ".{{{{ .Release.Namespace }}}}.svc.cluster.local";

    public void AddContainer(IResourceBuilder<ContainerResource> container) => container.PublishAsKubernetesService(resource =>
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        pod.AutomountServiceAccountToken = false;
        pod.EnableServiceLinks = false; // They would set EDGE_PORT, which nginx reads.
        pod.SecurityContext = new PodSecurityContextV1
        {
            RunAsNonRoot = true,
            RunAsUser = User,
            RunAsGroup = User,
            FsGroup = User,
            FsGroupChangePolicy = "OnRootMismatch",
            SeccompProfile = new SeccompProfileV1 { Type = "RuntimeDefault" },
        };
        pod.Containers[0].SecurityContext = new SecurityContextV1
        {
            ReadOnlyRootFilesystem = true,
            AllowPrivilegeEscalation = false,
            Capabilities = new CapabilitiesV1 { Drop = { "ALL" } },
        };
        Mount(pod, "/tmp", new VolumeV1 { Name = "tmp", EmptyDir = new EmptyDirVolumeSourceV1 { Medium = "Memory", SizeLimit = "64Mi" } });
    });

    public void AddService(IResourceBuilder<ContainerResource> service, string readyAt) => service.PublishAsKubernetesService(resource =>
    {
        var container = resource.Workload!.PodTemplate.Spec.Containers[0];
        container.Env.Add(Secret(Publishing.Key));
        container.LivenessProbe = Http(Routes.Alive);
        container.ReadinessProbe = Http(readyAt);
    });

    public void AddOrigin(IResourceBuilder<ContainerResource> origin) => Keep(origin, "1Gi")
        .PublishAsKubernetesService(resource => Mount(resource.Workload!.PodTemplate.Spec, ImagePaths.Videos, new VolumeV1
        {
            Name = "videos",
            PersistentVolumeClaim = new PersistentVolumeClaimVolumeSourceV1 { ClaimName = "videos", ReadOnly = true },
        }));

    public void AddController(IResourceBuilder<ContainerResource> controller) => controller.PublishAsKubernetesService(resource =>
    {
        var pod = resource.Workload!.PodTemplate.Spec;
        pod.Containers[0].Env.Add(Secret(Publishing.OperatorKey));
        Mount(pod, ImagePaths.Data, new VolumeV1 { Name = "data", EmptyDir = new EmptyDirVolumeSourceV1 { SizeLimit = "256Mi" } });
    });

    public void AddReplica(IResourceBuilder<ContainerResource> replica) => Keep(replica, "100Gi")
        .WithEnvironment("CAPACITY", "90G") // below the volume
        .WithEnvironment("SERVED_LOG", "");

    public void AddEdge(IResourceBuilder<ContainerResource> edge, IReadOnlyList<string> replicas) => edge.PublishAsKubernetesService(resource =>
    {
        resource.Service!.Spec.Type = "LoadBalancer";
        var pod = resource.Workload!.PodTemplate.Spec;
        Mount(pod, "/certs", new VolumeV1 { Name = "certs", Secret = new SecretVolumeSourceV1 { SecretName = "cdn-tls" } }, isReadOnly: true);
        pod.Containers[0].LivenessProbe = Tcp(Publishing.EdgePort);
        pod.Containers[0].ReadinessProbe = Tcp(Publishing.EdgePort);
        foreach (var name in resource.ConfigMap!.Data.Keys.ToList())
        {
            resource.ConfigMap.Data[name] = $"{{{{ tpl .Values.config.edge.{name} . }}}}"; // The addresses name the namespace.
        }
    });

    /// <summary>A volume that stays with the service, which becomes a stateful set.</summary>
    private IResourceBuilder<ContainerResource> Keep(IResourceBuilder<ContainerResource> service, string size) => service
        .WithPersistentVolume(_environment.AddPersistentVolume($"{service.Resource.Name}-data").WithCapacity(size), ImagePaths.Data)
        .PublishAsKubernetesService(resource =>
        {
            ((StatefulSet)resource.Workload!).Spec.ServiceName = resource.Service!.Metadata.Name;
            resource.Service.Spec.PublishNotReadyAddresses = true; // A replica is filled before it is ready for anything else.
        });

    private static EnvVarV1 Secret(string key) => new()
    {
        Name = key,
        ValueFrom = new EnvVarSourceV1 { SecretKeyRef = new SecretKeySelectorV1 { Name = "cdn-key", Key = key } },
    };

    private static void Mount(PodSpecV1 pod, string path, VolumeV1 volume, bool? isReadOnly = null)
    {
        pod.Volumes.Add(volume);
        pod.Containers[0].VolumeMounts.Add(new VolumeMountV1 { Name = volume.Name, MountPath = path, ReadOnly = isReadOnly });
    }

    private static ProbeV1 Http(string path) =>
        new() { HttpGet = new HttpGetActionV1 { Scheme = "HTTP", Path = path, Port = new Int32OrStringV1(ServicePort) } };

    private static ProbeV1 Tcp(int port) => new() { TcpSocket = new TcpSocketActionV1 { Port = port } };
}
