using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Cdn.Benchmarks.Processes;
using Cdn.Benchmarks.Servers;

namespace Cdn.Benchmarks.Steer;

/// <summary>
/// The CDN's own nginx with the controller behind it; and copies of that nginx, alike but for what is behind them: an nginx
/// that answers
/// <c>return 302</c>, and aiohttp.
/// </summary>
internal sealed class RedirectPaths : IAsyncDisposable
{
    public const string Cdn = "cdn";
    public const string Nginx = "nginx return 302";
    public const string Aiohttp = "aiohttp";

    private readonly List<ServerProcess> _servers = [];

    private RedirectPaths()
    {
    }

    public List<RedirectPath> All { get; } = [];

    public static async Task<RedirectPaths> StartAsync(CdnServer cdn, TemporaryFolder folder, CancellationToken cancellationToken)
    {
        var paths = new RedirectPaths();
        var edge = Path.Combine(cdn.DataFolder, "edge");
        using var client = LocalClient.Create();
        await LocalClient.UntilAnsweredAsync(client, new Uri(cdn.Edge, "video/film.mp4"), HttpStatusCode.Redirect, cdn.AppHost, cancellationToken);
        int[] own = [cdn.Processes.Nginx, .. cdn.Processes.Of("Cdn.Controller")];
        await Cores.PinServersAsync([.. own, .. Children(own[0])], cancellationToken);
        paths.All.Add(new RedirectPath(Cdn, new Uri(cdn.Edge, "video/film.mp4"), own));

        var socket = Path.Combine(folder.Folder("nginx"), "302.sock");
        var configuration = Path.Combine(folder.Folder("nginx"), "302.conf");
        await File.WriteAllTextAsync(configuration, NginxAnswer(socket), cancellationToken);
        var answer = paths.Add(Pinned("nginx", folder.Folder("nginx"), "-p", folder.Folder("nginx"), "-c", configuration, "-e", "stderr"));
        await paths.AddEdgeAsync(Nginx, edge, folder.Folder("nginx", "edge"), socket, answer, cancellationToken);

        if (await PythonWithAiohttpAsync(cancellationToken) is { } interpreter)
        {
            var script = Path.Combine(folder.Folder("aiohttp"), "redirect.py");
            var pythonSocket = Path.Combine(folder.Folder("aiohttp"), "aiohttp.sock");
            await File.WriteAllTextAsync(script, AiohttpAnswer, cancellationToken);
            var python = paths.Add(Pinned(interpreter, folder.Folder("aiohttp"), script, pythonSocket));
            await paths.AddEdgeAsync(Aiohttp, edge, folder.Folder("aiohttp", "edge"), pythonSocket, python, cancellationToken);
        }

        return paths;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>A copy of the CDN's nginx with another controller.</summary>
    private async Task AddEdgeAsync(
        string name, string edge, string folder, string socket, ServerProcess answer, CancellationToken cancellationToken)
    {
        var port = Ports.Take();
        Directory.CreateDirectory(Path.Combine(folder, "generated"));
        Directory.CreateDirectory(Path.Combine(folder, "temp"));
        foreach (var file in Directory.EnumerateFiles(edge, "*.conf").Concat(Directory.EnumerateFiles(Path.Combine(edge, "generated"))))
        {
            File.Copy(file, Path.Combine(folder, Path.GetRelativePath(edge, file)));
        }

        await ReplaceAsync("listen.conf", @"(listen (?:\[::\]:)?)\d+", $"${{1}}{port}");
        await ReplaceAsync("upstreams.conf", @"(upstream controller \{\s*server )\S+", $"${{1}}unix:{socket}");
        var nginx = Add(Pinned("nginx", folder, "-p", folder, "-c", Path.Combine(folder, "nginx.conf"), "-e", "stderr", "-g", "daemon off;"));
        var video = new Uri($"https://127.0.0.1:{port}/video/film.mp4");
        using var client = LocalClient.Create();
        await LocalClient.UntilAnsweredAsync(client, video, HttpStatusCode.Redirect, nginx, cancellationToken);
        All.Add(new RedirectPath(name, video, [nginx.Id, answer.Id]));

        async Task ReplaceAsync(string file, string pattern, string with)
        {
            var path = Path.Combine(folder, "generated", file);
            var text = await File.ReadAllTextAsync(path, cancellationToken);
            await File.WriteAllTextAsync(path, Regex.Replace(text, pattern, with), cancellationToken);
        }
    }

    private ServerProcess Add(ServerProcess server)
    {
        _servers.Add(server);
        return server;
    }

    /// <summary>taskset(1) becomes the program, so that its process is the program's.</summary>
    private static ServerProcess Pinned(string program, string folder, params string[] arguments) =>
        ServerProcess.Start("taskset", folder, ["-c", Cores.OfServers, Programs.Require(program), .. arguments]);

    /// <summary>The interpreter that has it: the one of the system may be hidden by another one in the <c>PATH</c>.</summary>
    private static async Task<string?> PythonWithAiohttpAsync(CancellationToken cancellationToken)
    {
        foreach (var python in (string?[])[Programs.Find("python3"), "/usr/bin/python3"])
        {
            try
            {
                if (python is not null && File.Exists(python))
                {
                    await Tool.RunAsync(python, ["-c", "import aiohttp"], cancellationToken);
                    return python;
                }
            }
            catch (InvalidOperationException)
            {
                // This one has it not.
            }
        }

        return null;
    }

    private static IEnumerable<int> Children(int parent) => File.ReadAllText($"/proc/{parent}/task/{parent}/children")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(id => int.Parse(id, CultureInfo.InvariantCulture));

    private static string NginxAnswer(string socket) =>
        $$"""
        daemon off;
        pid 302.pid;
        error_log stderr;
        events {
            worker_connections 4096;
        }
        http {
            access_log off;
            keepalive_requests 10000000;
            client_body_temp_path temp;
            proxy_temp_path temp;
            fastcgi_temp_path temp;
            uwsgi_temp_path temp;
            scgi_temp_path temp;
            server {
                listen unix:{{socket}};
                location / {
                    add_header Cache-Control no-store;
                    return 302 /replica1$request_uri;
                }
            }
        }
        """;

    private const string AiohttpAnswer =
        """
        import os
        import sys
        from aiohttp import web

        os.umask(0)  # nginx's workers may be another user

        async def redirect(request):
            raise web.HTTPFound("/replica1" + request.path_qs, headers={"Cache-Control": "no-store"})

        app = web.Application()
        app.router.add_get("/{path:.*}", redirect)
        web.run_app(app, path=sys.argv[1], access_log=None, print=None)
        """;
}
