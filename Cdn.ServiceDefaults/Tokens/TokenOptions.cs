using Cdn.Contracts.Tokens;
using Cdn.ServiceDefaults.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.Tokens;

/// <summary>
/// Settings of tokens, which controllers and replicas share. Each is a configuration key and an environment variable of the name
/// given.
/// </summary>
public sealed class TokenOptions
{
    /// <summary><c>TOKENS</c>: which videos need a token. Default <c>off</c>: none.</summary>
    public GuardedNames Guarded { get; set; } = GuardedNames.Off;

    /// <summary>
    /// <c>TOKEN_KEYS</c>: the file of the key set (see <see cref="TokenKeySet"/>), which is followed while it changes.
    /// </summary>
    public string KeyFile { get; set; } = "";

    /// <summary>
    /// <c>TICKET_KEYS</c>: the secrets of tickets, the same for all services and doors (see <see
    /// cref="Cdn.Contracts.Tokens.TicketKeys"/>).
    /// </summary>
    public IReadOnlyList<TicketKey> TicketKeys { get; set; } = [];

    /// <summary>
    /// <c>REVOKED__(door)</c>: for each nginx on this machine the folder in which it looks for what is revoked. The services
    /// share it, and must see it under some path.
    /// </summary>
    public IReadOnlyDictionary<string, string> RevokedFolders { get; set; } = new Dictionary<string, string>();

    /// <summary>What could not be read.</summary>
    internal List<string> Errors { get; } = [];

    /// <summary>Reads the settings from their names.</summary>
    internal static void Bind(TokenOptions options, IConfiguration configuration)
    {
        if (!GuardedNames.TryParse(configuration["TOKENS"], out var guarded))
        {
            options.Errors.Add($"TOKENS must be {GuardedNames.Allowed}; it is '{configuration["TOKENS"]}'.");
        }

        options.Guarded = guarded ?? GuardedNames.Off;
        options.KeyFile = configuration["TOKEN_KEYS"] ?? "";
        options.RevokedFolders = configuration.GetSection("REVOKED").GetChildren()
            .Where(door => !string.IsNullOrEmpty(door.Value))
            .ToDictionary(door => door.Key, door => Path.GetFullPath(door.Value!));
        if (configuration["TICKET_KEYS"] is { Length: > 0 } text)
        {
            if (Cdn.Contracts.Tokens.TicketKeys.TryParse(text, out var keys))
            {
                options.TicketKeys = keys;
            }
            else
            {
                options.Errors.Add($"TICKET_KEYS must be {Cdn.Contracts.Tokens.TicketKeys.Allowed}.");
            }
        }
    }
}

/// <summary>Reports every setting that is wrong, at once. Without <c>TOKENS</c> the others need not be there.</summary>
internal sealed class TokenOptionsValidator : IValidateOptions<TokenOptions>
{
    public ValidateOptionsResult Validate(string? name, TokenOptions options)
    {
        var errors = new SettingErrors();
        options.Errors.ForEach(error => errors.Require(false, error));
        if (options.Guarded.IsOn)
        {
            errors.Require(
                options.TicketKeys.Count > 0 || options.Errors.Count > 0,
                "TOKENS needs TICKET_KEYS, the secrets that all services and doors share.");
            foreach (var error in TokenKeyFile.FindErrors(options.KeyFile))
            {
                errors.Require(false, error);
            }
        }

        return errors.ToResult();
    }
}
