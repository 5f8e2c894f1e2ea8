using System.Collections.Immutable;
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
/// <c>OPERATOR_KEYS</c>, which is read anew when it has changed. One that cannot be read, or is wrong, changes nothing.
/// </summary>
internal sealed partial class OperatorKeys(IOptions<ControllerOptions> options, ILogger<OperatorKeys> logger)
{
    /// <summary>The name of who comes with <c>OPERATOR_KEY</c>.</summary>
    public const string OfTheSetting = "operator";

    private readonly Lock _gate = new();
    private readonly string _file = options.Value.OperatorKeysFile;
    private readonly ImmutableArray<BearerKey> _own = options.Value.OperatorKey is { Length: > 0 } key
        ? [BearerKey.Of(OfTheSetting, key, OperatorRoles.Operate)]
        : [];
    private (DateTime Changed, long Length) _seen;
    private ImmutableArray<BearerKey> _keys = [];

    /// <summary>The keys of this moment. It looks at the file, but reads it only when it has changed.</summary>
    public IReadOnlyList<BearerKey> Current()
    {
        if (_file.Length == 0)
        {
            return _own;
        }

        lock (_gate)
        {
            var file = new FileInfo(_file);
            var now = file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
            if (now != _seen)
            {
                _seen = now;
                Read();
            }

            return _keys.IsEmpty ? _own : _keys;
        }
    }

    private void Read()
    {
        try
        {
            var keys = OperatorKeysFile.Parse(File.ReadAllText(_file), out var errors);
            if (errors.Count > 0)
            {
                LogKept(logger, _file, string.Join(' ', errors));
                return;
            }

            _keys = [.. _own, .. keys];
            LogRead(logger, _file, keys.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogKept(logger, _file, e.Message);
        }
    }

    [LoggerMessage(EventId = 580, Level = LogLevel.Information, Message = "{File} has {Count} operators' keys")]
    private static partial void LogRead(ILogger logger, string file, int count);

    [LoggerMessage(
        EventId = 581, Level = LogLevel.Error, Message = "{File} cannot be used, and the operators' keys stay what they were: {Reason}")]
    private static partial void LogKept(ILogger logger, string file, string reason);
}
