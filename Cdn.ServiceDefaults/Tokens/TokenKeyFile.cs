using Cdn.Contracts.Tokens;
using Cdn.ServiceDefaults.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.Tokens;

/// <summary>
/// The key set of <c>TOKEN_KEYS</c>: a key that is added is good a second later, and one that is taken out is not.
/// </summary>
public sealed class TokenKeyFile(IOptions<TokenOptions> options, TimeProvider time, ILogger<TokenKeyFile> logger)
    : FollowedFile<TokenKeySet>(Setting, options.Value.Guarded.IsOn ? options.Value.KeyFile : "", time, logger)
{
    private const string Setting = "TOKEN_KEYS";

    /// <summary>The keys as they are now.</summary>
    public TokenKeySet Keys => Current ?? throw new InvalidOperationException("Tokens are off, or the service has not started.");

    /// <summary>What is wrong with a file of keys, a sentence each.</summary>
    internal static IReadOnlyList<string> FindErrors(string file) => file.Length == 0
        ? ["TOKENS needs TOKEN_KEYS, the file of the keys that tokens are signed with."]
        : FindErrors(Setting, file, Read);

    /// <inheritdoc />
    protected override TokenKeySet? Parse(string text, out IReadOnlyList<string> errors) => Read(text, out errors);

    /// <inheritdoc />
    protected override string Describe(TokenKeySet value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return $"the keys are {string.Join(", ", value.Keys.Select(key => key.Id))}";
    }

    private static TokenKeySet? Read(string text, out IReadOnlyList<string> errors) =>
        TokenKeySet.TryParse(text, out var keys, out errors) ? keys : null;
}
