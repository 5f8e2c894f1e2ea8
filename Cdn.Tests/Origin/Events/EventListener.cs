using System.Net.ServerSentEvents;
using System.Text.Json;
using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Events;

/// <summary>Listens to an origin.</summary>
internal sealed class EventListener : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromMinutes(10));
    private readonly IAsyncEnumerator<SseItem<OriginEvent>> _items;

    private EventListener(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _items = SseParser.Create(body, (_, data) => JsonSerializer.Deserialize(data, WireJson.Default.OriginEvent)!)
            .EnumerateAsync(_patience.Token).GetAsyncEnumerator();
    }

    public SseItem<OriginEvent> Current => _items.Current;

    public static async Task<EventListener> ListenAsync(OriginProcess origin, string lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, Routes.Events);
        request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        var response = await origin.Service.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var listener = new EventListener(response, await response.Content.ReadAsStreamAsync());
        Assert.Equal(OriginEvent.PurgesType, (await listener.NextAsync()).EventType); // Whatever is to come, this is first.
        return listener;
    }

    /// <summary>Waits for the next event that is no ping; false at the end.</summary>
    public async Task<bool> HasNextAsync()
    {
        do
        {
            if (!await _items.MoveNextAsync())
            {
                return false;
            }
        }
        while (_items.Current.EventType == OriginEvent.PingType);

        return true;
    }

    public async Task<SseItem<OriginEvent>> NextAsync() => await HasNextAsync() ? _items.Current : throw new InvalidOperationException("The events ended.");

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _response.Dispose();
        _patience.Dispose();
    }
}
