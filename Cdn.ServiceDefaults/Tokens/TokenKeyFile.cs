using Cdn.Contracts.Tokens;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cdn.ServiceDefaults.Tokens;

/// <summary>
/// The key set of <c>TOKEN_KEYS</c>, read again while it changes: a key that is added is good a second later, and one that is
/// taken out is not. A
/// file that is wrong changes nothing, and is complained of once.
/// </summary>
public sealed partial class TokenKeyFile(
    IOptions<TokenOptions> options, TimeProvider time, ILogger<TokenKeyFile> logger) : BackgroundService
{
    /// <summary>
    /// Time between two looks: 1 s. It is read rather than watched: it may be a link, or a mount, and has some hundred bytes.
    /// </summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private volatile TokenKeySet? _keys;
    private string _text = "";

    /// <summary>The keys as they are now.</summary>
    public TokenKeySet Keys => _keys ?? throw new InvalidOperationException("Tokens are off, or the service has not started.");

    /// <summary>What is wrong with a file of keys, a sentence each.</summary>
    internal static IReadOnlyList<string> FindErrors(string file) => TryRead(file, out _, out _, out var errors) ? [] : errors;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Guarded.IsOn)
        {
            Look();
        }

        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Guarded.IsOn)
        {
            return;
        }

        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    private void Look()
    {
        var isGood = TryRead(options.Value.KeyFile, out var text, out var keys, out var errors);
        if (text == _text)
        {
            return;
        }

        _text = text;
        if (!isGood)
        {
            LogWrong(logger, string.Join(" ", errors));
            return;
        }

        if (_keys is not null)
        {
            var ids = keys!.Keys.Select(key => key.Id).ToList();
            LogChanged(logger, ids);
        }

        _keys = keys;
    }

    private static bool TryRead(string file, out string text, out TokenKeySet? keys, out IReadOnlyList<string> errors)
    {
        (text, keys) = ("", null);
        if (file.Length == 0)
        {
            errors = ["TOKENS needs TOKEN_KEYS, the file of the keys that tokens are signed with."];
            return false;
        }

        try
        {
            text = File.ReadAllText(file);
            if (TokenKeySet.TryParse(text, out keys, out var wrong))
            {
                errors = [];
                return true;
            }

            errors = [.. wrong.Select(error => $"TOKEN_KEYS '{file}': {error}")];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (text, errors) = (e.Message, [$"TOKEN_KEYS '{file}' cannot be read: {e.Message.TrimEnd('.')}."]);
        }

        return false;
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Information, Message = "TOKEN_KEYS has changed; the keys are now {Ids}")]
    private static partial void LogChanged(ILogger logger, IReadOnlyList<string> ids);

    [LoggerMessage(EventId = 41, Level = LogLevel.Error, Message = "The keys of tokens stay as they were: {Errors}")]
    private static partial void LogWrong(ILogger logger, string errors);
}
