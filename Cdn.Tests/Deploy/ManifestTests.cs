using System.Text.RegularExpressions;
using Cdn.Tests.Infrastructure;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using k8s;
using k8s.Models;

namespace Cdn.Tests.Deploy;

/// <summary>What deploys the CDN says the same everywhere: the compose file, the Kubernetes manifests, and the docs.</summary>
public sealed partial class ManifestTests
{
    /// <summary>Only where nginx and the stores share a machine: it reads them itself.</summary>
    private static readonly string[] OneMachine =
        ["SERVED_LOG", "STORES", "SERVED", "LIMITED", "LIMITED_LOG", "REVOKED", "REVOKED__edge"];

    private static readonly string Folder = Path.Combine(Repository.Root, "deploy");
    private static readonly Dictionary<object, object> Compose = ReadCompose();
    private static readonly List<object> Kubernetes = ReadKubernetes();

    public static TheoryData<string> Parts => ["origin", "controller", "replica", "edge"];

    [Theory]
    [MemberData(nameof(Parts))]
    public void Environment_IsTheSame_AndDocumented(string part)
    {
        var compose = Map(Map(Service(part), "environment"));
        var kubernetes = Container(part).Env.Where(variable => variable.ValueFrom?.SecretKeyRef is null).ToDictionary(variable => variable.Name);

        Assert.Equal(
            compose.Keys.Except(OneMachine).Where(name => !IsLeftOut(name)).Order(),
            kubernetes.Keys.Order());
        var docs = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"))
            + File.ReadAllText(Path.Combine(Repository.Root, "docs", "deployment.md"));
        Assert.All(compose.Keys.Where(name => !name.StartsWith("services__", StringComparison.Ordinal)), name => Assert.Contains($"`{StoreOfAny().Replace(name, "STORES__<replica>")}`", docs));

        // What is no address of the one or the other has the same value.
        foreach (var name in (string[])["VIDEO_DIR", "STATE_DIR", "CACHE_DIR", "CERT", "KEY", "services__origin__http__0"])
        {
            Assert.Equal(compose.GetValueOrDefault(name), kubernetes.GetValueOrDefault(name)?.Value);
        }
    }

    /// <summary>Stores are volumes of one machine; limits are as they come until somebody adds them.</summary>
    private static bool IsLeftOut(string name) =>
        name.StartsWith("STORES__", StringComparison.Ordinal) || name.StartsWith("LIMIT_", StringComparison.Ordinal);

    [Fact]
    public void Replicas_AreAsManyAsIsSaid()
    {
        var services = Map(Compose["services"]).Keys.Where(name => name.StartsWith("replica-", StringComparison.Ordinal)).ToList();
        Assert.Equal(Enumerable.Range(0, services.Count).Select(number => $"replica-{number}"), services);
        foreach (var part in (string[])["origin", "controller", "replica", "edge"])
        {
            Assert.Equal($"{services.Count}", Map(Map(Service(part), "environment"))["REPLICA_COUNT"]);
        }

        var set = Kubernetes.OfType<V1StatefulSet>().Single(set => set.Metadata.Name == "replica");
        foreach (var part in (string[])["origin", "controller", "replica", "edge"])
        {
            Assert.Equal($"{set.Spec.Replicas}", Container(part).Env.Single(variable => variable.Name == "REPLICA_COUNT").Value);
        }
    }

    [Fact]
    public void Replicas_EachHaveAVolumeThatNobodyElseWrites()
    {
        foreach (var name in (string[])["replica-0", "replica-1"])
        {
            Assert.Contains($"{name}:/data", List(Map(Map(Compose["services"])[name]), "volumes"));
            Assert.Contains($"{name}:/stores/{name}:ro", List(Service("edge"), "volumes"));
        }

        var set = Kubernetes.OfType<V1StatefulSet>().Single(set => set.Metadata.Name == "replica");
        Assert.Equal("data", Assert.Single(set.Spec.VolumeClaimTemplates).Metadata.Name);
        Assert.Equal("/data", Container("replica").VolumeMounts.Single(mount => mount.Name == "data").MountPath);
        var service = Kubernetes.OfType<V1Service>().Single(service => service.Metadata.Name == set.Spec.ServiceName);
        Assert.Equal("None", service.Spec.ClusterIP);
        Assert.True(service.Spec.PublishNotReadyAddresses);
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Containers_MayDoNothingThatTheyDoNotNeed(string part)
    {
        var service = Service(part);
        Assert.Equal("true", service["read_only"]);
        Assert.Equal(["ALL"], List(service, "cap_drop"));
        Assert.Equal(["no-new-privileges:true"], List(service, "security_opt"));
        string[] secrets = part switch
        {
            "edge" => ["EDGE_SECRET", "TICKET_KEYS"],
            "controller" => ["CDN_KEY", "OPERATOR_KEY", "EDGE_SECRET", "TICKET_KEYS"],
            "replica" => ["CDN_KEY", "TICKET_KEYS"],
            _ => ["CDN_KEY"],
        };
        Assert.Equal(
            [.. secrets, .. (string[])(part is "controller" or "replica" ? ["token-keys.json"] : [])], List(service, "secrets"));

        var (pod, container) = (Template(part).Spec, Container(part));
        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal(1654, pod.SecurityContext.RunAsUser);
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        var keys = container.Env.Where(variable => variable.ValueFrom?.SecretKeyRef is not null).ToList();
        Assert.Equal(secrets, keys.Select(variable => variable.Name));
        Assert.All(keys, variable => Assert.Equal(("cdn-key", variable.Name), (variable.ValueFrom.SecretKeyRef.Name, variable.ValueFrom.SecretKeyRef.Key)));
        Assert.NotNull(container.LivenessProbe);
        Assert.NotNull(container.ReadinessProbe);
        Assert.Equal(service["image"], container.Image);
        Assert.False(pod.EnableServiceLinks);
        if (part != "edge")
        {
            var readiness = part == "origin" ? "/health" : "/ready"; // It steers while something is still being filled.
            Assert.Equal(("/alive", readiness), (container.LivenessProbe.HttpGet.Path, container.ReadinessProbe.HttpGet.Path));
            Assert.Equal(8080, Assert.Single(container.Ports).ContainerPort);
        }
    }

    [Fact]
    public void Kustomization_NamesEveryFile_AndReplacesWhatIsThere()
    {
        var text = File.ReadAllText(Path.Combine(Folder, "kubernetes", "kustomization.yaml"));
        var files = Directory.GetFiles(Path.Combine(Folder, "kubernetes"), "*.yaml").Select(file => Path.GetFileName(file)!).Where(file => file != "kustomization.yaml");
        Assert.All(files, file => Assert.Contains($"  - {file}\n", text));

        var targets = Regex.Matches(text, @"kind: (\w+), name: (\w+) \}\s+fieldPaths: \[""spec\.template\.spec\.containers\.\[name=(\w+)\]\.env\.\[name=(\w+)\]\.value""\]");
        Assert.Equal(4, targets.Count);
        Assert.All(targets, target =>
        {
            var (kind, name) = (target.Groups[1].Value, target.Groups[2].Value);
            Assert.Contains(Kubernetes.OfType<IKubernetesObject<V1ObjectMeta>>(), one => one.Kind == kind && one.Metadata.Name == name);
            Assert.Equal(name, target.Groups[3].Value);
            Assert.Contains(Container(name).Env, variable => variable.Name == target.Groups[4].Value);
        });
    }

    private static Dictionary<object, object> ReadCompose()
    {
        using var text = File.OpenText(Path.Combine(Folder, "compose.yaml"));
        return new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(text)));
    }

    /// <summary>Strictly: a field that the API does not have is an error.</summary>
    private static List<object> ReadKubernetes() =>
        [.. Directory.GetFiles(Path.Combine(Folder, "kubernetes"), "*.yaml")
            .Where(file => Path.GetFileName(file) != "kustomization.yaml")
            .SelectMany(file => KubernetesYaml.LoadAllFromString(File.ReadAllText(file), strict: true))];

    private static Dictionary<string, object> Service(string part) => Map(Map(Compose["services"])[part == "replica" ? "replica-0" : part]);

    private static V1PodTemplateSpec Template(string part) =>
        Kubernetes.OfType<V1StatefulSet>().SingleOrDefault(set => set.Metadata.Name == part)?.Spec.Template
        ?? Kubernetes.OfType<V1Deployment>().Single(deployment => deployment.Metadata.Name == part).Spec.Template;

    private static V1Container Container(string part) => Assert.Single(Template(part).Spec.Containers);

    private static Dictionary<string, object> Map(object map) =>
        map as Dictionary<string, object> ?? ((Dictionary<object, object>)map).ToDictionary(entry => (string)entry.Key, entry => entry.Value);

    private static object Map(Dictionary<string, object> map, string key) => map[key];

    private static IEnumerable<string> List(Dictionary<string, object> map, string key) => ((List<object>)map[key]).Cast<string>();

    [GeneratedRegex("^STORES__.*$")]
    private static partial Regex StoreOfAny();
}
