using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Cdn.AppHost.Limiting;
using Cdn.Tests.Infrastructure;
using Cdn.Tests.Nginx;

namespace Cdn.Tests.AppHost.Limiting;

public sealed class LimitFilesTests
{
    [Fact]
    public void Limits_WithTheDefaults_AreAsTheyWere() => Snapshot.Matches(
        "limits.conf",
        string.Concat(new[]
        {
            LimitFiles.Workers(new()), LimitFiles.Limits(new() { Exempt = ["10.0.0.0/8", "2001:db8::/32"] }),
            LimitFiles.Newcomers(new()),
            LimitFiles.Limited("/my logs/limited.log"),
        }));

    [Theory]
    [InlineData(null, 8192, 16_640)]
    [InlineData(1_048_576, 8192, 16_640)]
    [InlineData(4096, 1920, 4096)]
    [InlineData(100, 256, 768)]
    public void Workers_ThatMayOpenFewFiles_HaveFewerConnections(int? mostFiles, int connections, int files)
    {
        var text = LimitFiles.Workers(new EdgeLimits(), mostFiles);

        Assert.Contains($"worker_connections {connections};", text);
        Assert.Contains($"worker_rlimit_nofile {files};", text);
    }

    [Theory]
    [InlineData("Max open files            1024                 524288               files     ", 524_288)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max processes             1                    2                    processes ", null)]
    public void OpenFiles_AsLinuxSaysThem_AreTheHardLimit(string line, int? files) =>
        Assert.Equal(files, OpenFiles.Read(["Limit", line]));

    /// <summary>nginx is told of clients' addresses by the PROXY protocol here: this machine has not so many.</summary>
    [Fact]
    [StartsProcesses]
    public async Task Requests_OfIPv6_AreCountedTogetherByTheFirst64Bits()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs nginx");
        using var run = new TemporaryFolder();
        var port = ServiceProcess.FreePort();
        Directory.CreateDirectory(run.Of("temp"));
        Directory.CreateDirectory(run.Of("generated"));
        File.Copy(Path.Combine(Repository.Root, "nginx", "limits.conf"), run.Of("limits.conf"));
        File.WriteAllText(run.Of("generated", "limits.conf"), LimitFiles.Limits(new EdgeLimits { Requests = 1 }));
        File.WriteAllText(run.Of("small"), "small");
        File.WriteAllText(run.Of("nginx.conf"), $$"""
            pid nginx.pid;
            events { }
            http {
                access_log off;
                client_body_temp_path temp/client;
                proxy_temp_path temp/proxy;
                fastcgi_temp_path temp/fastcgi;
                uwsgi_temp_path temp/uwsgi;
                scgi_temp_path temp/scgi;
                include limits.conf;
                server {
                    listen 127.0.0.1:{{port}} proxy_protocol;
                    set_real_ip_from 127.0.0.1;
                    real_ip_header proxy_protocol;
                    root {{run.Path}};
                }
            }
            """);
        StartsProcessesAttribute.Demand();
        using var nginx = Process.Start(new ProcessStartInfo(
            LocalNginx.Path, ["-p", run.Path, "-c", run.Of("nginx.conf"), "-e", "stderr", "-g", "daemon off;"]))!;
        try
        {
            await Eventually.TrueAsync(async () => await AskAsync("192.0.2.9") == 200, "nginx answers");

            Assert.Equal([200, 200, 200, 200, 200, 200, 429], await ManyAsync(i => $"2001:db8:1:2:{i}::1"));
            Assert.Equal(200, await AskAsync("2001:db8:1:3::1"));
            Assert.Equal(200, await AskAsync("192.0.2.1"));
            Assert.Equal(200, await AskAsync("192.0.2.2"));
        }
        finally
        {
            UnixSignals.Send(nginx.Id, UnixSignals.Term);
            await nginx.WaitForExitAsync();
        }

        // One, and a burst of five; then one more is refused, unless a second has passed.
        async Task<List<int>> ManyAsync(Func<int, string> address)
        {
            var statuses = new List<int>();
            for (var i = 0; i < 100 && !statuses.Contains(429); i++)
            {
                statuses.Add(await AskAsync(address(i)));
            }

            return [.. statuses.Take(6), statuses[^1]];
        }

        async Task<int> AskAsync(string client)
        {
            var family = client.Contains(':', StringComparison.Ordinal) ? "TCP6" : "TCP4";
            using var connection = new TcpClient();
            try
            {
                await connection.ConnectAsync("127.0.0.1", port);
                await using var stream = connection.GetStream();
                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"PROXY {family} {client} {(family == "TCP4" ? "192.0.2.100" : "::1")} 1 2\r\nGET /small HTTP/1.0\r\n\r\n"));
                using var reader = new StreamReader(stream);
                return int.Parse((await reader.ReadLineAsync())!.Split(' ')[1]);
            }
            catch (SocketException)
            {
                return 0; // It is not up yet.
            }
        }
    }
}
