using Cdn.Contracts.Tokens;
using Microsoft.Extensions.Configuration;

namespace Cdn.AppHost.Settings;

/// <summary>What is set of tokens, and what is kept for them.</summary>
/// <param name="configuration">What is set from outside.</param>
/// <param name="folder">For what is kept: in <c>DATA_DIR</c>.</param>
internal sealed class TokenSettings(IConfiguration configuration, string folder)
{
    /// <summary><c>TOKENS</c>: which videos need one.</summary>
    public GuardedNames Guarded { get; } =
        GuardedNames.TryParse(configuration["TOKENS"], out var names) ? names : GuardedNames.Off;

    /// <summary><c>TOKENS</c>, as the services are told it.</summary>
    public string Text => configuration["TOKENS"] ?? "";

    /// <summary><c>TOKEN_KEYS</c>: the file of the keys; empty if it is not set.</summary>
    public string KeyFile => configuration["TOKEN_KEYS"] is { Length: > 0 } file ? Path.GetFullPath(file) : "";

    /// <summary>Where nginx looks for what is revoked.</summary>
    public string RevokedFolder => Path.Combine(folder, "revoked");

    /// <summary>
    /// <c>TICKET_KEYS</c>, or what was made up and is kept: a player that is in the middle of a film when this CDN starts again
    /// goes on with its ticket.
    /// </summary>
    public IReadOnlyList<TicketKey> TicketKeys(TimeProvider time) =>
        configuration["TICKET_KEYS"] is { Length: > 0 } text && Contracts.Tokens.TicketKeys.TryParse(text, out var keys)
            ? keys
            : new TicketKeyStore(Path.Combine(folder, "keys"), time).Take();

    /// <summary>Everything that is wrong, a sentence each.</summary>
    public IEnumerable<string> FindErrors()
    {
        if (!Guarded.IsOn)
        {
            return [];
        }

        if (KeyFile.Length == 0)
        {
            return ["TOKENS needs TOKEN_KEYS, the file of the keys that tokens are signed with."];
        }

        try
        {
            _ = TokenKeySet.TryParse(File.ReadAllText(KeyFile), out _, out var wrong);
            var errors = wrong.Select(error => $"TOKEN_KEYS '{KeyFile}': {error}");
            return IsOpen(KeyFile)
                ? errors.Append($"TOKEN_KEYS '{KeyFile}' may be read by everybody on this machine: chmod 600.")
                : errors;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [$"TOKEN_KEYS '{KeyFile}' cannot be read: {e.Message.TrimEnd('.')}."];
        }
    }

    private static bool IsOpen(string file) =>
        !OperatingSystem.IsWindows() && File.GetUnixFileMode(file).HasFlag(UnixFileMode.OtherRead);
}
