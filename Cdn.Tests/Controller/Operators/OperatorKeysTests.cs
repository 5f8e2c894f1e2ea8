using Cdn.Controller;
using Cdn.Controller.Operators;
using Cdn.ServiceDefaults.SharedKey;
using Cdn.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cdn.Tests.Controller.Operators;

public sealed class OperatorKeysTests : IDisposable
{
    private const string Alice = "a-key-of-alice-0123";
    private const string Grafana = "a-key-of-grafana-01";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void File_ThatChanges_IsFollowed_AndOneThatIsWrongChangesNothing()
    {
        Write($"# ours\n\nalice operate {Alice}\r\n\tgrafana\tread  {Grafana}\n");
        var keys = Keys("the-key-of-the-setting");

        Assert.Equal("alice: operate", Of(keys, Alice));
        Assert.Equal("grafana: read", Of(keys, Grafana));
        Assert.Equal("operator: operate", Of(keys, "the-key-of-the-setting"));
        Assert.Null(Of(keys, Alice + "x"));

        Write(keys, $"grafana read {Grafana}\n");
        Assert.Null(Of(keys, Alice));

        Write(keys, $"grafana admin {Grafana}\nalice operate {Alice}\n");
        Assert.Equal("grafana: read", Of(keys, Grafana));
        Assert.Null(Of(keys, Alice));

        File.Delete(_folder.Of("keys"));
        keys.Look();
        Assert.Equal("grafana: read", Of(keys, Grafana));
        Write(keys, $"alice operate {Alice}\n");
        Assert.Equal("alice: operate", Of(keys, Alice));
        Assert.Null(Of(keys, Grafana));
    }

    [Theory]
    [InlineData("alice operate", "line 1: it must have a name, a role and a key.")]
    [InlineData("al/ice operate a-key-of-alice-0123", "line 1: a name has at most 64 letters")]
    [InlineData("\nalice root a-key-of-alice-0123", "line 2: the role must be read or operate.")]
    [InlineData("alice read short", "line 1: the key must be at least 16 characters long.")]
    [InlineData("alice read a-key-of-alice-0123\nalice read a-key-of-alice-0124", "line 2: there are two keys named alice.")]
    public void File_WithAMistake_NamesItsLineAndNoKey(string text, string expected)
    {
        OperatorKeysFile.Parse(text, out var errors);

        Assert.StartsWith(expected, Assert.Single(errors));
        Assert.DoesNotContain("a-key-of", errors[0]);
        Write(text);
        var refusal = new ControllerOptionsValidator().Validate(
            null, new ControllerOptions { OperatorKeysFile = _folder.Of("keys") });
        Assert.Contains("OPERATOR_KEYS", refusal.FailureMessage);
    }

    private static string? Of(OperatorKeys keys, string key) =>
        BearerKey.Find(keys.Keys, key) is { } found ? $"{found.Name}: {string.Join(',', found.Roles)}" : null;

    /// <summary>As a secret is mounted by Kubernetes: the link stays what it was, and leads to another file.</summary>
    [Fact]
    public void File_ThatIsALink_IsFollowed()
    {
        File.WriteAllText(_folder.Of("one"), $"alice operate {Alice}\n");
        File.WriteAllText(_folder.Of("two"), $"grafana read {Grafana}\n");
        File.CreateSymbolicLink(_folder.Of("data"), _folder.Of("one"));
        File.CreateSymbolicLink(_folder.Of("keys"), _folder.Of("data"));
        var keys = Keys("the-key-of-the-setting");
        Assert.Equal("alice: operate", Of(keys, Alice));

        File.Delete(_folder.Of("data"));
        File.CreateSymbolicLink(_folder.Of("data"), _folder.Of("two"));
        keys.Look();

        Assert.Equal("grafana: read", Of(keys, Grafana));
        Assert.Null(Of(keys, Alice));
    }

    private OperatorKeys Keys(string setting)
    {
        var options = Options.Create(new ControllerOptions { OperatorKey = setting, OperatorKeysFile = _folder.Of("keys") });
        var keys = new OperatorKeys(options, new ManualTime(), NullLogger<OperatorKeys>.Instance);
        keys.Look();
        return keys;
    }

    private void Write(OperatorKeys keys, string text)
    {
        Write(text);
        keys.Look();
    }

    private void Write(string text) => File.WriteAllText(_folder.Of("keys"), text);
}
