using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace Cdn.ServiceDefaults.Http;

/// <summary>
/// <c>SOCKET</c>: a Unix socket on which the service listens beside its port. On one machine a request through it costs nginx
/// and the service a quarter less than one over TCP.
/// </summary>
internal static class UnixSocketExtensions
{
    public static void AddUnixSocket(this WebApplicationBuilder builder)
    {
        if (SocketOf(builder.Configuration) is not { } socket)
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(socket)!);
        File.Delete(socket); // What a killed process left; bind(2) would take it for an address in use.
        var urls = builder.WebHost.GetSetting(WebHostDefaults.ServerUrlsKey);
        builder.WebHost.UseUrls($"{urls};http://unix:{socket}".TrimStart(';'));
    }

    /// <summary>Lets every user of this machine connect, as to the port: nginx's workers may be another one.</summary>
    public static void OpenUnixSocketToAll(this WebApplication app)
    {
        if (SocketOf(app.Configuration) is not { } socket)
        {
            return;
        }

        app.Lifetime.ApplicationStarted.Register(() =>
        {
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(socket, (UnixFileMode)0b110_110_110);
            }
        });
    }

    private static string? SocketOf(IConfiguration configuration) =>
        configuration["SOCKET"] is { Length: > 0 } socket ? Path.GetFullPath(socket) : null;
}
