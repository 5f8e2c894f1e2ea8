using Aspire.Hosting.Docker.Resources.ComposeNodes;
using Aspire.Hosting.Docker.Resources.ServiceNodes;

/// <summary>Docker Compose: one machine, where nginx sees the replicas' volumes.</summary>
internal sealed class Compose : IPlatform
{
    /// <summary>The volume of the logs.</summary>
    private const string Served = "served";

    public Compose(IDistributedApplicationBuilder builder) => builder.AddDockerComposeEnvironment("compose")
        .WithDashboard(false)
        .ConfigureComposeFile(file =>
        {
            file.Name = "cdn";
            file.Secrets[Publishing.Key] = new Secret { File = "${CDN_KEY_FILE:-./cdn-key}" };
            file.Secrets[Publishing.OperatorKey] = new Secret { File = "${OPERATOR_KEY_FILE:-./operator-key}" };
        });

    public string Domain => "";

    public void AddContainer(IResourceBuilder<ContainerResource> container) => container.PublishAsDockerComposeService((_, service) =>
    {
        service.Restart = "unless-stopped";
        service.ReadOnly = true;
        service.Tmpfs.Add("/tmp:mode=1777");
        service.CapDrop.Add("ALL");
        service.SecurityOpt.Add("no-new-privileges:true");
    });

    /// <summary>No probe: there is nothing in the images that could ask.</summary>
    public void AddService(IResourceBuilder<ContainerResource> service, string readyAt) => service.PublishAsDockerComposeService(
        (_, written) => written.Secrets.Add(new SecretReference { Source = Publishing.Key }));

    public void AddOrigin(IResourceBuilder<ContainerResource> origin) => origin
        .WithVolume(origin.Resource.Name, ImagePaths.Data)
        .PublishAsDockerComposeService((_, service) => service.AddVolume(Bind("${VIDEO_DIR:-./videos}", ImagePaths.Videos)));

    public void AddController(IResourceBuilder<ContainerResource> controller) => controller
        .WithVolume(controller.Resource.Name, ImagePaths.Data)
        .PublishAsDockerComposeService((_, service) => service.Secrets.Add(new SecretReference { Source = Publishing.OperatorKey }));

    public void AddReplica(IResourceBuilder<ContainerResource> replica) => replica
        .WithVolume(replica.Resource.Name, ImagePaths.Data)
        .WithVolume(Served, ImagePaths.Served)
        .WithEnvironment("CAPACITY", "${CAPACITY:-1000T}"); // no limit but the disk

    public void AddEdge(IResourceBuilder<ContainerResource> edge, IReadOnlyList<string> replicas)
    {
        foreach (var replica in replicas)
        {
            edge.WithVolume(replica, $"/stores/{replica}", isReadOnly: true);
        }

        edge
            .WithVolume(Served, ImagePaths.Served)
            .WithEnvironment("STORES", "/stores")
            .WithEnvironment("SERVED", ImagePaths.Served)
            .PublishAsDockerComposeService((_, service) =>
            {
                service.AddVolume(Bind("${CERTS:-./certs}", "/certs"));

                // Healthy when every replica is proven to hold everything: the controller says so.
                service.Healthcheck = new Healthcheck
                {
                    Test = ["CMD-SHELL", "curl -fsS -o /dev/null http://$${CONTROLLER%% *}/health"],
                    Interval = "10s",
                    Timeout = "5s",
                    StartPeriod = "5m",
                };
            });
    }

    private static Volume Bind(string source, string target) =>
        new() { Name = target, Type = "bind", Source = source, Target = target, ReadOnly = true };
}
