/// <summary>What a platform has of its own to say of the containers.</summary>
internal interface IPlatform
{
    /// <summary>What follows a service's name where nginx asks DNS for it; braces are doubled, since it becomes a part of a format.</summary>
    string Domain { get; }

    /// <summary>Any of them: it may do nothing that it does not need.</summary>
    void AddContainer(IResourceBuilder<ContainerResource> container);

    /// <summary>Any but nginx: the shared key as a secret, and probes.</summary>
    /// <param name="service">The service.</param>
    /// <param name="readyAt">What it answers when it may get requests.</param>
    void AddService(IResourceBuilder<ContainerResource> service, string readyAt);

    /// <summary>The origin: a volume, and the videos.</summary>
    void AddOrigin(IResourceBuilder<ContainerResource> origin);

    /// <summary>The controller: the operator's key as a secret, and room for what it remembers.</summary>
    void AddController(IResourceBuilder<ContainerResource> controller);

    /// <summary>A replica: a volume that nobody else writes.</summary>
    void AddReplica(IResourceBuilder<ContainerResource> replica);

    /// <summary>nginx: certificates, and the stores where it sees them.</summary>
    /// <param name="edge">nginx.</param>
    /// <param name="replicas">The names of the replicas.</param>
    void AddEdge(IResourceBuilder<ContainerResource> edge, IReadOnlyList<string> replicas);
}
