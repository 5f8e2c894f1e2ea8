using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cdn.ServiceDefaults.Settings;

/// <summary>
/// A file of settings that may change while a service runs: what is new counts a second later. One that is wrong, or cannot be
/// read, changes nothing, and is complained of once.
/// </summary>
/// <typeparam name="T">What it says.</typeparam>
/// <param name="setting">The setting that names it: <c>TOKEN_KEYS</c>.</param>
/// <param name="path">The file; empty for none.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Hears of every change.</param>
public abstract partial class FollowedFile<T>(string setting, string path, TimeProvider time, ILogger logger) : BackgroundService
    where T : class
{
    /// <summary>
    /// Time between two looks: 1 s. It is read rather than watched: it may be a link, or a mount of secrets, whose own times stay
    /// the same, and it has some kilobytes.
    /// </summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private volatile T? _current;
    private string _text = "";

    /// <summary>What it says now; null if there is none, or the service has not started.</summary>
    public T? Current => _current;

    /// <inheritdoc />
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Look();
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Reads it, and takes up what is new.</summary>
    internal void Look()
    {
        if (path.Length == 0)
        {
            return;
        }

        var value = Read(setting, path, Parse, out var text, out var errors);
        if (text == _text)
        {
            return;
        }

        _text = text;
        if (value is null)
        {
            LogKept(logger, setting, string.Join(' ', errors));
            return;
        }

        _current = value;
        var says = Describe(value);
        LogRead(logger, setting, says);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (path.Length > 0 && await timer.WaitForNextTickAsync(stoppingToken))
        {
            Look();
        }
    }

    /// <summary>Everything that is wrong with such a file, a sentence each.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="path">The file.</param>
    /// <param name="parse">Reads what is in it.</param>
    protected static IReadOnlyList<string> FindErrors(string setting, string path, Parser parse)
    {
        Read(setting, path, parse, out _, out var errors);
        return errors;
    }

    /// <summary>Reads what is in it.</summary>
    /// <param name="text">What is in it.</param>
    /// <param name="errors">Everything that is wrong, a sentence each; no secret is in it.</param>
    /// <returns>What it says; null if anything is wrong.</returns>
    protected abstract T? Parse(string text, out IReadOnlyList<string> errors);

    /// <summary>What the log has of it. No secret.</summary>
    protected abstract string Describe(T value);

    private static T? Read(string setting, string path, Parser parse, out string text, out IReadOnlyList<string> errors)
    {
        try
        {
            text = File.ReadAllText(path);
            var value = parse(text, out var wrong);
            errors = [.. wrong.Select(error => $"{setting} '{path}': {error}")];
            return value;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (text, errors) = (e.Message, [$"{setting} '{path}' cannot be read: {e.Message.TrimEnd('.')}."]);
            return null;
        }
    }

    /// <summary><see cref="Parse"/>, where there is no instance.</summary>
    protected delegate T? Parser(string text, out IReadOnlyList<string> errors);

    [LoggerMessage(EventId = 40, Level = LogLevel.Information, Message = "{Setting} is read: {Says}")]
    private static partial void LogRead(ILogger logger, string setting, string says);

    [LoggerMessage(EventId = 41, Level = LogLevel.Error, Message = "{Setting} stays what it was: {Errors}")]
    private static partial void LogKept(ILogger logger, string setting, string errors);
}
