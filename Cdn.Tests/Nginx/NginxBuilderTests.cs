using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Programs;
using Aspire.Hosting.Nginx.Running;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Tests.Nginx;

[StartsProcesses]
public sealed class NginxBuilderTests : IDisposable
{
    private readonly NginxModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void AddNginx_IsAContainerOfThePublicImage_WithOneEndpointOfHttp()
    {
        Assert.Same(_model.Nginx.Resource, _model.Modelled);
        Assert.True(_model.Modelled.TryGetContainerImageName(out var image));
        Assert.Equal("docker.io/library/nginx:1.29", image);
        var endpoint = Assert.Single(_model.Modelled.Annotations.OfType<EndpointAnnotation>());
        Assert.Equal(("http", "http", 8080, false), (endpoint.Name, endpoint.UriScheme, endpoint.Port, endpoint.IsProxied));
    }

    [Fact]
    public async Task Container_IsToldTheAddressesThatItSees_AndHasItsFilesMounted()
    {
        _model.Nginx.WithRoute("/", _model.Service).WithFiles(_model.Folder.Of("site"));
        _model.Nginx.Resource.Build = new NginxBuild(new Version(1, 29, 1), HasHttp3: true);
        _model.Allocate(5000);
        await _model.PrepareAsync();

        var arguments = await _model.ArgumentsAsync();

        Assert.Equal(
            ["-p", _model.Run, "-c", Path.Combine(_model.Run, "nginx.conf"), "-e", "stderr", "-g", "daemon off;"], arguments);
        Assert.Contains("server aspire.dev.internal:5001 ", _model.Written("generated/upstreams.conf"));
        Assert.StartsWith("listen 8080;\n", _model.Written("generated/listen.conf"));
        Assert.Contains("proxy_pass http://api;", _model.Written("nginx.conf"));
        var mounts = _model.Modelled.Annotations.OfType<ContainerMountAnnotation>().Select(
            mount => (mount.Source, mount.Target, mount.IsReadOnly));
        Assert.Equal([(_model.Folder.Of("site"), _model.Folder.Of("site"), true), (_model.Run, _model.Run, false)], mounts);
        Assert.True(Directory.Exists(_model.Folder.Of("site")));
    }

    [Fact]
    public async Task Container_ThatSharesASocket_NeedsNoEndpoint()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "sockets are shared by those of one kernel");
        Directory.CreateDirectory(_model.Folder.Of("sockets"));
        _model.Nginx.WithUpstream(_model.Service, unixSocket: _model.Folder.Of("sockets", "api.sock"));
        _model.Nginx.Resource.Build = new NginxBuild(new Version(1, 29, 1), HasHttp3: true);
        await _model.PrepareAsync();

        await _model.ArgumentsAsync();

        Assert.Contains($"server unix:{_model.Folder.Of("sockets", "api.sock")} ", _model.Written("generated/upstreams.conf"));
        Assert.Contains(
            _model.Modelled.Annotations.OfType<ContainerMountAnnotation>(), mount => mount.Source == _model.Folder.Of("sockets"));
        var path = new ConfigurationPath(
            _model.Nginx.Resource, _model.Services.GetRequiredKeyedService<ConfigurationWriter>(_model.Nginx.Resource));
        Assert.Empty(path.References);
    }

    [Fact]
    public async Task Container_WithACertificate_ReadsACopyThatOnlyItsOwnerMayRead()
    {
        var certificate = LocalNginx.MakeCertificate(_model.Folder);
        _model.Nginx.WithCertificate(certificate.CertificateFile, certificate.KeyFile).WithHttp3();
        _model.Nginx.Resource.Build = new NginxBuild(new Version(1, 29, 1), HasHttp3: true);
        await _model.PrepareAsync();

        await _model.ArgumentsAsync();

        var listen = _model.Written("generated/listen.conf");
        Assert.Contains("listen 8443 ssl;\nlisten 8443 quic reuseport;\nhttp2 on;\nset $alt_svc 'h3=\":8080\"", listen);
        Assert.Contains($"ssl_certificate_key {Path.Combine(_model.Run, "certificate/tls.key")};", listen);
        Assert.Equal(File.ReadAllText(certificate.KeyFile), _model.Written("certificate/tls.key"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(
                Path.Combine(_model.Run, "certificate/tls.key")));
        }
    }

    [Fact]
    public async Task RunAsExecutable_HasTheModelHoldAProcess_OfWhichAllIsTrueThatWasSaid()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs nginx");
        _model.Nginx.RunAsExecutable().WithRoute("/", _model.Service).WithEnvironment("A", "b");
        _model.Allocate(5000);
        await _model.PrepareAsync();

        var process = Assert.IsType<ExecutableResource>(_model.Modelled, exactMatch: false);
        await _model.ArgumentsAsync();

        Assert.False(process.IsContainer());
        Assert.Same(_model.Nginx.Resource.Annotations, process.Annotations);
        Assert.Equal(_model.Run, process.WorkingDirectory);
        Assert.Equal(LocalNginx.Path, process.Command);
        Assert.Contains("server 127.0.0.1:5000 ", _model.Written("generated/upstreams.conf"));
        Assert.StartsWith("listen 127.0.0.1:8080;\n", _model.Written("generated/listen.conf"));
    }

    [Fact]
    public async Task RunAsExecutable_OfWhatIsNotThere_SaysSo_OrStaysAContainer()
    {
        _model.Nginx.RunAsExecutable("no-such-nginx", onlyIfFound: true);
        Assert.True(_model.Modelled.IsContainer());

        _model.Nginx.RunAsExecutable("no-such-nginx");
        var error = await Assert.ThrowsAsync<DistributedApplicationException>(_model.PrepareAsync);
        Assert.StartsWith("nginx was not found as 'no-such-nginx'", error.Message);
    }

    [Fact]
    public async Task RunAsExecutable_EventsOfTheProcess_ReachThoseWhoListenToNginx()
    {
        var heard = new List<string>();
        _model.Nginx.RunAsExecutable()
            .OnBeforeResourceStarted((nginx, _, _) => Hear("before", nginx))
            .OnResourceReady((nginx, _, _) => Hear("ready", nginx))
            .OnResourceStopped((nginx, _, _) => Hear("stopped", nginx));
        var (eventing, services) = (_model.Builder.Eventing, _model.Services);
        var seenByAll = new List<IResource>();
        eventing.Subscribe<BeforeResourceStartedEvent>((happened, _) =>
        {
            seenByAll.Add(happened.Resource);
            return Task.CompletedTask;
        });

        await eventing.PublishAsync(new BeforeResourceStartedEvent(_model.Modelled, services));
        await eventing.PublishAsync(new ResourceReadyEvent(_model.Modelled, services));
        await eventing.PublishAsync(new ResourceStoppedEvent(
            _model.Modelled, services, new ResourceEvent(
                _model.Modelled, "nginx-1", new CustomResourceSnapshot { ResourceType = "nginx", Properties = [] })));

        Assert.Equal(["before", "ready", "stopped"], heard);
        Assert.All(seenByAll, resource => Assert.Same(_model.Modelled, resource)); // The orchestrator knows no other.

        Task Hear(string what, NginxResource nginx)
        {
            Assert.Same(_model.Nginx.Resource, nginx);
            heard.Add(what);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Configuration_OfAFileAndACallback_IsAllThere()
    {
        _model.Folder.Write("conf/nginx.conf", "include generated/listen.conf;"u8.ToArray());
        _model.Folder.Write("conf/more.conf", "# more"u8.ToArray());
        _model.Nginx.WithConfiguration(_model.Folder.Of("conf", "nginx.conf")).WithConfiguration(context =>
        {
            Assert.Throws<ArgumentException>(() => context.AddFile("../escaped.conf", ""));
            Assert.Equal(_model.Run, context.RunDirectory);
            context.AddFile("generated/mine.conf", $"# {context.Version} {NginxConfigurationContext.Quote("a b")}");
            return Task.CompletedTask;
        });
        _model.Nginx.Resource.Build = new NginxBuild(new Version(1, 29, 1), HasHttp3: false);
        await _model.PrepareAsync();

        await _model.ArgumentsAsync();

        Assert.Equal("# more", _model.Written("more.conf"));
        Assert.Equal("# 1.29.1 \"a b\"", _model.Written("generated/mine.conf"));
    }

    [Fact]
    public async Task Configuration_ThatIsNotThere_IsSaidBeforeAnythingStarts()
    {
        _model.Nginx.WithConfiguration("/no/nginx.conf");

        var error = await Assert.ThrowsAsync<DistributedApplicationException>(_model.PrepareAsync);

        Assert.Equal("The configuration of nginx is not there: '/no/nginx.conf'.", error.Message);
    }
}
