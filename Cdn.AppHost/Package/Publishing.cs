using Cdn.Contracts;

/// <summary>
/// The model as containers: what Aspire writes out for Compose (the default) or Kubernetes (<c>PUBLISH_TO=kubernetes</c>). All of it is
/// built from <c>deploy/</c>, and the edge is told where the services are, as in <c>deploy/compose.yaml</c>.
/// </summary>
internal static class Publishing
{
    /// <summary>The shared key. It is read from a secret of the platform, so that what is written out holds none and asks for none.</summary>
    public const string Key = "CDN_KEY";

    /// <summary>The operator's key, likewise; the controller's alone.</summary>
    public const string OperatorKey = "OPERATOR_KEY";

    /// <summary>Where nginx listens in its image.</summary>
    public const int EdgePort = 9005;

    public static void Add(IDistributedApplicationBuilder builder)
    {
        IPlatform platform = builder.Configuration["PUBLISH_TO"] switch
        {
            null or "" or "compose" => new Compose(builder),
            "kubernetes" => new Kubernetes(builder),
            var other => throw new DistributedApplicationException($"PUBLISH_TO must be compose or kubernetes; it is '{other}'."),
        };
        foreach (var key in builder.Resources.Where(resource => resource.Name is "cdn-key" or "operator-key").ToList())
        {
            builder.Resources.Remove(key); // Nobody is to be asked for it: see Key.
        }

        var services = builder.Resources.OfType<ProjectResource>().ToList();
        var replicas = services.Where(service => service.GetProjectMetadata() is Projects.Cdn_Replica).ToList();
        foreach (var service in services)
        {
            builder.CreateResourceBuilder(service).PublishAsDockerFile(container => AddService(platform, service, container));
        }

        var edge = builder.CreateResourceBuilder(builder.Resources.OfType<NginxResource>().Single());
        var controllers = services.Where(service => service.GetProjectMetadata() is Projects.Cdn_Controller).ToList();
        edge.PublishAsDockerFile(container => AddEdge(platform, controllers, replicas, container));
    }

    private static void AddService(IPlatform platform, ProjectResource service, IResourceBuilder<ContainerResource> container)
    {
        var project = service.GetProjectMetadata();
        container
            .WithDockerfile("..", "deploy/service.Dockerfile")
            .WithBuildArg("SERVICE", Path.GetFileNameWithoutExtension(project.ProjectPath))
            .WithEndpoint("http", endpoint => endpoint.Port = null) // that of this machine
            .WithEnvironment(context =>
            {
                context.EnvironmentVariables.Remove(Key);
                context.EnvironmentVariables.Remove(OperatorKey);
            });
        platform.AddContainer(container);
        platform.AddService(container, readyAt: project is Projects.Cdn_Controller ? Routes.Alive : Routes.Health); // It steers while something is still being filled.
        switch (project)
        {
            case Projects.Cdn_Origin:
                platform.AddOrigin(container);
                break;
            case Projects.Cdn_Controller:
                platform.AddController(container);
                break;
            case Projects.Cdn_Replica:
                platform.AddReplica(container);
                break;
        }
    }

    private static void AddEdge(
        IPlatform platform, List<ProjectResource> controllers, List<ProjectResource> replicas, IResourceBuilder<ContainerResource> edge)
    {
        var (steering, addresses) = (new ReferenceExpressionBuilder(), new ReferenceExpressionBuilder());
        foreach (var controller in controllers)
        {
            steering.Append($"{(steering.IsEmpty ? "" : " ")}{AddressOf(controller, platform)}");
        }

        foreach (var replica in replicas)
        {
            addresses.Append($"{(addresses.IsEmpty ? "" : " ")}{replica.Name}={AddressOf(replica, platform)}");
        }

        edge
            .WithDockerfile("..", "deploy/nginx.Dockerfile")
            .WithEndpoint("https", endpoint => endpoint.TargetPort = EdgePort)
            .WithEnvironment("CONTROLLER", steering.Build())
            .WithEnvironment("REPLICA_ADDRESSES", addresses.Build())
            .WithEnvironment("CERT", "/certs/tls.crt")
            .WithEnvironment("KEY", "/certs/tls.key");
        platform.AddContainer(edge);
        platform.AddEdge(edge, replicas.ConvertAll(replica => replica.Name));
    }

    private static ReferenceExpression AddressOf(ProjectResource service, IPlatform platform)
    {
        var endpoint = service.GetEndpoint("http");
        return ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}{platform.Domain}:{endpoint.Property(EndpointProperty.Port)}");
    }
}

/// <summary>The half of <see cref="CdnExtensions"/> that only the Aspire packages have.</summary>
internal static partial class CdnExtensions
{
    static partial void Publish(IDistributedApplicationBuilder builder)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            Publishing.Add(builder);
        }
    }
}
