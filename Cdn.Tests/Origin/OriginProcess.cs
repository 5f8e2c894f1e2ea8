using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin;

/// <summary>An origin on a folder of its own.</summary>
public sealed class OriginProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _state = new();

    private OriginProcess(ServiceProcess service, TemporaryFolder videos, TemporaryFolder state) =>
        (Service, Videos, _state) = (service, videos, state);

    public ServiceProcess Service { get; }

    /// <summary>Its <c>VIDEO_DIR</c>.</summary>
    public TemporaryFolder Videos { get; }

    /// <summary>Its <c>STATE_DIR</c>.</summary>
    public TemporaryFolder State => _state;

    /// <summary>Starts an origin. <paramref name="fill"/> makes the videos that are there from the beginning.</summary>
    public static async Task<OriginProcess> StartAsync(Action<TemporaryFolder>? fill = null, params (string, string)[] settings)
    {
        var (videos, state) = (new TemporaryFolder(), new TemporaryFolder());
        fill?.Invoke(videos);
        var service = await ServiceProcess.StartAsync(
            "Cdn.Origin", [("VIDEO_DIR", videos.Path), ("STATE_DIR", state.Path), .. settings]);
        var origin = new OriginProcess(service, videos, state);
        await origin.IsReadyAsync();
        return origin;
    }

    public Task IsReadyAsync() => Eventually.TrueAsync(
        async () => (await Service.Http.GetAsync(Routes.Health)).IsSuccessStatusCode, "the origin is healthy");

    /// <summary>Waits until the catalog has exactly these names, and returns it.</summary>
    public async Task<global::Cdn.Contracts.Catalog> PublishesAsync(params string[] names)
    {
        global::Cdn.Contracts.Catalog? catalog = null;
        await Eventually.TrueAsync(
            async () =>
            {
                catalog = await Service.CatalogAsync();
                return catalog.Videos.Select(video => video.Name.Value).SequenceEqual(names.Order(StringComparer.Ordinal));
            },
            $"the catalog is [{string.Join(", ", names)}]");
        return catalog!;
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Videos.Dispose();
        _state.Dispose();
    }
}
