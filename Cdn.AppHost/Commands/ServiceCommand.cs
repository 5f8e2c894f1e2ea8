using Cdn.AppHost.Services;

namespace Cdn.AppHost.Commands;

/// <summary>A command that asks a service for something.</summary>
internal static class ServiceCommand
{
    /// <summary>Time to answer: 15 s. A purge waits 10 s for each receipt.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Adds it.</summary>
    /// <param name="service">Whom it asks, with a key that the service knows.</param>
    /// <param name="key">The key.</param>
    /// <param name="name">What it is called in code and by the CLI.</param>
    /// <param name="displayName">What it is called in the dashboard.</param>
    /// <param name="options">What else the dashboard shows of it.</param>
    /// <param name="work">What it does. An <see cref="HttpRequestException"/> is a failure, and its message the reason.</param>
    /// <param name="patience">Time to answer, if not 15 s.</param>
    public static IResourceBuilder<T> WithServiceCommand<T>(
        this IResourceBuilder<T> service,
        IResourceBuilder<ParameterResource> key,
        string name,
        string displayName,
        CommandOptions options,
        Func<HttpClient, ExecuteCommandContext, Task<ExecuteCommandResult>> work,
        TimeSpan? patience = null)
        where T : IResourceWithEndpoints =>
        service.WithCommand(
            name,
            displayName,
            async context =>
            {
                var wait = patience ?? Patience;
                try
                {
                    var secret = await key.Resource.GetValueAsync(context.CancellationToken);
                    using var http = ServiceHttp.CreateClient(service.GetEndpoint("http"), wait, secret);
                    return await work(http, context);
                }
                catch (HttpRequestException e)
                {
                    return CommandResults.Failure($"{service.Resource.Name}: {e.Message}");
                }
                catch (TaskCanceledException) when (!context.CancellationToken.IsCancellationRequested)
                {
                    return CommandResults.Failure($"{service.Resource.Name} has not answered within {wait.TotalSeconds:0} s.");
                }
            },
            options);
}
