using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cdn.Hosting;

/// <summary>Lets the dashboard ask: gRPC over plain HTTP/2, on loopback only, for who knows the key of this run.</summary>
internal sealed class ResourceServer(ResourceService service) : IAsyncDisposable
{
    /// <summary>The dashboard sends the key in it.</summary>
    public const string KeyHeader = "x-resource-service-api-key";

    /// <summary>At the end, time for calls that still run: those of a dashboard that was left behind never end by themselves.</summary>
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(1);

    private WebApplication? _server;

    /// <summary>Made up for each run.</summary>
    public string Key { get; } = RandomNumberGenerator.GetHexString(64, lowercase: true);

    /// <summary>Where it listens; null while it does not.</summary>
    public string? Url { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Empty: neither the variables nor the files that configure the AppHost are meant for this server.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        builder.Services.AddSingleton<IHostLifetime, CapturedLifetime>();
        builder.Services.AddSingleton(service);
        builder.Services.AddGrpc();
        _server = builder.Build();
        _server.Use(RequireKey);
        _server.MapGrpcService<ResourceService>();
        await _server.StartAsync(cancellationToken).ConfigureAwait(false);
        Url = _server.Urls.Single();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is { } server)
        {
            (_server, Url) = (null, null);
            await server.StopAsync().ConfigureAwait(false);
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private Task RequireKey(HttpContext context, RequestDelegate next)
    {
        if (CryptographicOperations.FixedTimeEquals(Hash(context.Request.Headers[KeyHeader].ToString()), Hash(Key)))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }

    // Of the same length, whatever was sent.
    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
