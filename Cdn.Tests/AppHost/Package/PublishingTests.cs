using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.RegularExpressions;
using Cdn.Tests.Deploy;
using Cdn.Tests.Infrastructure;
using k8s;
using YamlDotNet.RepresentationModel;

namespace Cdn.Tests.AppHost.Package;

/// <summary>What the AppHost writes out when it is asked to publish. Only the Aspire packages can; these tests are built with them alone.</summary>
[Collection(Podman.Name)]
[SupportedOSPlatform("linux")]
public sealed partial class PublishingTests : IDisposable
{
    /// <summary>Most time to write it out: 120 s, a bound for one that hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TemporaryFolder _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public async Task Compose_OfThreeReplicasAndTwoControllers_BringsUpACdn()
    {
        var (podman, why) = await Podman.StartAsync();
        Assert.SkipWhen(podman is null, why);
        await using var _ = podman;
        using var cdn = new ComposedCdn(podman, _output.Of("docker-compose.yaml"));
        await PublishAsync("compose", $"--EDGE_PORT={cdn.Port}", "--CONTROLLER_COUNT=2");

        // As a user fills it in: all replicas are of one image.
        var images = File.ReadAllText(_output.Of(".env"));
        File.WriteAllText(_output.Of(".env"), Image().Replace(images, match => $"{match.Value}cdn-{match.Groups[1].Value.ToLowerInvariant()}"));
        await cdn.ServesAsync(["replica1", "replica2", "replica3"]);
    }

    [Theory]
    [InlineData("compose")]
    [InlineData("kubernetes")]
    public async Task Output_NamesNothingOfThisMachine_AndHoldsNoKey(string platform)
    {
        await PublishAsync(platform, "--Parameters:cdn-key=a key that must not be written");

        var files = Directory.GetFiles(_output.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });
        Assert.NotEmpty(files);
        Assert.All(files, file =>
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain(Repository.Root, text);
            Assert.DoesNotContain("a key that must not be written", text);
        });
    }

    [Fact]
    public async Task Compose_Containers_MayDoNothingThatTheyDoNotNeed()
    {
        await PublishAsync("compose");
        var services = (YamlMappingNode)Yaml("docker-compose.yaml")["services"];

        Assert.Equal(["origin", "controller", "replica1", "replica2", "replica3", "edge"], services.Children.Keys.Select(key => $"{key}"));
        Assert.All(services.Children, service =>
        {
            Assert.Equal("true", $"{service.Value["read_only"]}");
            Assert.Equal("ALL", $"{service.Value["cap_drop"][0]}");
            Assert.Equal("no-new-privileges:true", $"{service.Value["security_opt"][0]}");
            Assert.Equal($"{service.Key}" != "edge", ((YamlMappingNode)service.Value).Children.ContainsKey("secrets"));
        });
    }

    [Fact]
    public async Task Kubernetes_Containers_MayDoNothingThatTheyDoNotNeed_AndAreProbed()
    {
        await PublishAsync("kubernetes");
        foreach (var service in (string[])["origin", "controller", "replica1", "replica2", "replica3", "edge"])
        {
            var keeps = service is not "controller" and not "edge";
            var pod = Yaml("templates", service, keeps ? "statefulset.yaml" : "deployment.yaml")["spec"]["template"]["spec"];
            var container = pod["containers"][0];
            Assert.Equal("1654", $"{pod["securityContext"]["runAsUser"]}");
            Assert.Equal("true", $"{pod["securityContext"]["runAsNonRoot"]}");
            Assert.Equal("true", $"{container["securityContext"]["readOnlyRootFilesystem"]}");
            Assert.Equal("ALL", $"{container["securityContext"]["capabilities"]["drop"][0]}");
            Assert.NotNull(container["livenessProbe"]);
            Assert.NotNull(container["readinessProbe"]);
            if (keeps)
            {
                Assert.Equal($"{service}-data", $"{pod["volumes"][0]["persistentVolumeClaim"]["claimName"]}");
                Assert.Equal("PersistentVolumeClaim", $"{Yaml("templates", $"{service}-data", $"{service}-data.yaml")["kind"]}");
            }
        }
    }

    [Fact]
    public async Task Kubernetes_Templates_AreWhatTheApiKnows()
    {
        await PublishAsync("kubernetes");
        var files = Directory.GetFiles(_output.Of("templates"), "*.yaml", SearchOption.AllDirectories);

        // Strictly: a field that the API does not have is an error. Every value of the chart is a string.
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.Single(KubernetesYaml.LoadAllFromString(HelmValue().Replace(File.ReadAllText(file), "value"), strict: true)));
    }

    [Fact]
    public async Task Platform_ThatIsNone_IsSaid()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => PublishAsync("helm"));

        Assert.Contains("PUBLISH_TO must be compose or kubernetes; it is 'helm'.", error.Message);
    }

    private async Task PublishAsync(string platform, params string[] settings)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            typeof(Projects.Cdn_AppHost).Assembly.Location,
            "--operation", "publish", "--step", "publish", "--output-path", _output.Path, $"--PUBLISH_TO={platform}", "--REPLICA_COUNT=3", .. settings,
        ])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var said = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, $"publishing ended with {process.ExitCode}: {said}{await errors}");
    }

    private YamlNode Yaml(params string[] path)
    {
        var stream = new YamlStream();
        using var text = File.OpenText(_output.Of(path));
        stream.Load(text);
        return stream.Documents[0].RootNode;
    }

    [GeneratedRegex("(?m)^([A-Z]+)[0-9]*_IMAGE=$")]
    private static partial Regex Image();

    [GeneratedRegex(@"\{\{[^}]*\}\}")]
    private static partial Regex HelmValue();
}
