using Cdn.ServiceDefaults.Settings;
using Cdn.ServiceDefaults.SharedKey;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Operators;

/// <summary>What an operator's key allows.</summary>
internal static class OperatorRoles
{
    /// <summary>To look.</summary>
    public const string Read = "read";

    /// <summary>To look, and to change.</summary>
    public const string Operate = "operate";
}

/// <summary>
/// The operators' keys: <c>OPERATOR_KEY</c>, which is that of an operator named <c>operator</c>, and those of the file
/// <c>OPERATOR_KEYS</c>.
/// </summary>
internal sealed class OperatorKeys(IOptions<ControllerOptions> options, TimeProvider time, ILogger<OperatorKeys> logger)
    : FollowedFile<IReadOnlyList<BearerKey>>(Setting, options.Value.OperatorKeysFile, time, logger)
{
    /// <summary>The name of who comes with <c>OPERATOR_KEY</c>.</summary>
    public const string OfTheSetting = "operator";

    private const string Setting = "OPERATOR_KEYS";

    private readonly BearerKey[] _own = Own(options.Value);

    /// <summary>The keys of this moment.</summary>
    public IReadOnlyList<BearerKey> Keys => Current ?? _own;

    /// <summary>What is wrong with a file of keys, a sentence each; nothing if there is no file.</summary>
    public static IReadOnlyList<string> FindErrors(string file) =>
        file.Length == 0 ? [] : FindErrors(Setting, file, OperatorKeysFile.Parse);

    protected override IReadOnlyList<BearerKey>? Parse(string text, out IReadOnlyList<string> errors) =>
        OperatorKeysFile.Parse(text, out errors) is { } keys ? [.. _own, .. keys] : null;

    protected override string Describe(IReadOnlyList<BearerKey> value) => $"there are {value.Count} operators' keys";

    private static BearerKey[] Own(ControllerOptions options) =>
        options.OperatorKey is { Length: > 0 } key ? [BearerKey.Of(OfTheSetting, key, OperatorRoles.Operate)] : [];
}
