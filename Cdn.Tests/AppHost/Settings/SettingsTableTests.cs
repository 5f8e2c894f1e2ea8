using System.Globalization;
using System.Text.RegularExpressions;
using Cdn.AppHost.Settings;
using Cdn.Controller;
using Cdn.Origin;
using Cdn.Replica;
using Cdn.Transfer.Push;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Cdn.Tests.AppHost.Settings;

/// <summary>
/// The AppHost says of the services' settings what the services say themselves, and what the documentation says.
/// </summary>
public sealed partial class SettingsTableTests
{
    /// <summary>What the AppHost sets itself, or is for other orchestrators.</summary>
    private static readonly string[] NotFromOutside =
        ["VIDEO_DIR", "STATE_DIR", "CACHE_DIR", "REPLICA_NAME", "SERVED_LOG", "LIMITED_LOG", "OPERATOR_KEY", "OPERATOR_KEYS", "EDGE_SECRET",
         "OTEL_SERVICE_NAME", "services:origin:http:0"];

    public static TheoryData<string> Names => [.. SettingsTable.OfTheServices.Select(setting => setting.Name)];

    [Fact]
    public void OfTheServices_AreAllThatTheServicesRead()
    {
        var asked = new RecordingConfiguration([]);
        OriginOptions.Bind(new(), asked);
        ReplicaOptions.Bind(new(), asked);
        ControllerOptions.Bind(new(), asked);
        PushOptions.Bind(new(), asked);

        Assert.Equal(
            asked.Asked.Except(NotFromOutside).Order(), SettingsTable.OfTheServices.Select(setting => setting.Name).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_ValuesAtTheLimits_AreWhatTheServiceAllows(string name)
    {
        var setting = SettingsTable.Find(name)!;
        foreach (var value in Candidates(setting.Kind.Allowed))
        {
            Assert.True(
                (setting.Check(name, value) is null) == ServicesAllow(name, value), $"{name}={value}: {setting.Check(name, value) ?? "allowed"} by the AppHost");
        }
    }

    [Fact]
    public void Operations_NamesEverySetting()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations.md"));
        foreach (var setting in SettingsTable.OfTheAppHost.Concat(SettingsTable.OfTheServices))
        {
            Assert.Contains("`" + setting.Name.Replace("{n}", "1", StringComparison.Ordinal) + "`", text, StringComparison.Ordinal);
        }
    }

    /// <summary>Words and numbers around everything that the sentence names.</summary>
    private static IEnumerable<string> Candidates(string allowed)
    {
        yield return "banana";
        yield return "-1";
        foreach (var text in NumberPattern().Matches(allowed).Select(match => match.Value.Replace(",", "", StringComparison.Ordinal)))
        {
            yield return text;
            if (double.TryParse(text, CultureInfo.InvariantCulture, out var number))
            {
                yield return (number + 1).ToString(CultureInfo.InvariantCulture);
                yield return (number - 1).ToString(CultureInfo.InvariantCulture);
            }
        }

        foreach (var word in WordPattern().Matches(allowed).Select(match => match.Value).Where(word => word is not ("or" or "a" or "number" or "from" or "to")))
        {
            yield return word;
        }
    }

    private static bool ServicesAllow(string name, string value)
    {
        var configuration = new RecordingConfiguration(new()
        {
            [name] = value, ["VIDEO_DIR"] = "/", ["STATE_DIR"] = "/", ["CACHE_DIR"] = "/", ["services:origin:http:0"] = "http://origin",
        });
        return IsValid(new OriginOptionsValidator(), OriginOptions.Bind)
            && IsValid(new ReplicaOptionsValidator(), ReplicaOptions.Bind)
            && IsValid(new ControllerOptionsValidator(), ControllerOptions.Bind)
            && IsValid(new PushOptionsValidator(), PushOptions.Bind);

        bool IsValid<T>(IValidateOptions<T> validator, Action<T, IConfiguration> bind)
            where T : class, new()
        {
            var options = new T();
            try
            {
                bind(options, configuration);
            }
            catch (InvalidOperationException)
            {
                return false; // No number at all.
            }

            return validator.Validate(null, options).Succeeded;
        }
    }

    [GeneratedRegex(@"\d+(\.\d+)?M?")]
    private static partial Regex NumberPattern();

    [GeneratedRegex("[a-z-]+")]
    private static partial Regex WordPattern();

    /// <summary>Remembers which keys were asked for.</summary>
    private sealed class RecordingConfiguration(Dictionary<string, string?> values) : IConfiguration
    {
        private readonly IConfigurationRoot _inner = new ConfigurationBuilder().AddInMemoryCollection(values).Build();

        public HashSet<string> Asked { get; } = [];

        public string? this[string key]
        {
            get
            {
                Asked.Add(key);
                return _inner[key];
            }
            set => throw new NotSupportedException();
        }

        public IConfigurationSection GetSection(string key)
        {
            Asked.Add(key);
            return _inner.GetSection(key);
        }

        public IEnumerable<IConfigurationSection> GetChildren() => _inner.GetChildren();

        public IChangeToken GetReloadToken() => _inner.GetReloadToken();
    }
}
