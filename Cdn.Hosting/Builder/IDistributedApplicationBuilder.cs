using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdn.Hosting;

/// <summary>The resources of an application, by name.</summary>
public interface IResourceCollection : IList<IResource>;

/// <summary>Collects resources and makes an application of them.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Configuration: appsettings, environment (also with prefix <c>ASPIRE_</c>), command line.</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>Full path of the directory to which relative paths belong.</summary>
    string AppHostDirectory { get; }

    /// <summary>The AppHost's assembly.</summary>
    Assembly? AppHostAssembly { get; }

    /// <summary>The environment's name: <c>--environment</c>, DOTNET_ENVIRONMENT, ASPIRE_ENVIRONMENT, or Production.</summary>
    IHostEnvironment Environment { get; }

    /// <summary>Services of the application, for example health checks.</summary>
    IServiceCollection Services { get; }

    /// <summary>Events in the life of the application and its resources.</summary>
    IDistributedApplicationEventing Eventing { get; }

    /// <summary>What the application is made for.</summary>
    DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>What was added so far.</summary>
    IResourceCollection Resources { get; }

    /// <summary>Adds a resource.</summary>
    /// <exception cref="DistributedApplicationException">There is one of that name.</exception>
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    /// <summary>A builder for a resource, added or not.</summary>
    IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource;

    /// <summary>Makes the application. Nothing is started.</summary>
    DistributedApplication Build();
}
