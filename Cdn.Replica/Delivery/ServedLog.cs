using System.Text.Json;
using Cdn.Contracts;
using Cdn.Replica.Demand;
using Cdn.Replica.Store;
using Microsoft.Extensions.Options;

namespace Cdn.Replica.Delivery;

/// <summary>
/// Follows the log in which nginx tells what it served from this store itself (step R4): for the metrics, and for SIEVE and the
/// controllers to know what is asked for. nginx writes it in blocks, so it comes up to a second late; it is cut to nothing when it has grown. What is
/// lost in between makes the figures less exact, and nothing else.
/// </summary>
internal sealed partial class ServedLog(
    VideoStore store, DeliveryMetrics metrics, RecentDemand demand, IOptions<ReplicaOptions> options, TimeProvider time, ILogger<ServedLog> logger)
    : BackgroundService
{
    /// <summary>Bytes after which the log is cut: 16 MiB.</summary>
    private const int MaxLength = 16 * 1024 * 1024;

    /// <summary>Bytes read at a time: 1 MiB, which no line is longer than.</summary>
    private const int StepSize = 1024 * 1024;

    private const string NamesPrefix = "/names/";

    /// <summary>Time between two looks: 1 s, as often as nginx writes.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly string _path = options.Value.ServedLog;
    private readonly byte[] _buffer = new byte[StepSize];
    private long _offset;

    /// <summary>The video that nginx served from a path in the store.</summary>
    public static bool TryName(string? path, out VideoName name)
    {
        name = default;
        return path?.StartsWith(NamesPrefix, StringComparison.Ordinal) == true && VideoName.TryParse(path[NamesPrefix.Length..], out name, out _);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_path.Length == 0)
        {
            return;
        }

        _offset = new FileInfo(_path) is { Exists: true } file ? file.Length : 0; // What is there was counted before a restart.
        using var timer = new PeriodicTimer(LookEvery, time);
        string? failure = null;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                Follow();
                failure = null;
            }
            catch (FileNotFoundException)
            {
                _offset = 0; // nginx has not started yet.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (failure != e.Message)
                {
                    LogFailed(logger, _path, failure = e.Message);
                }
            }
        }
    }

    /// <summary>Reads what has been added since.</summary>
    private void Follow()
    {
        using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        if (RandomAccess.GetLength(file) < _offset)
        {
            _offset = 0; // It was cut or replaced.
        }

        while (RandomAccess.Read(file, _buffer, _offset) is > 0 and var read)
        {
            var end = _buffer.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
            if (end == 0)
            {
                end = read < StepSize ? 0 : read; // The line is not all there yet; or it is none of nginx's.
            }

            foreach (var line in _buffer.AsSpan(0, end).Split((byte)'\n'))
            {
                TakeIn(_buffer.AsSpan(0, end)[line]);
            }

            _offset += end;
            if (end == 0)
            {
                break;
            }
        }

        if (_offset >= MaxLength && _offset == RandomAccess.GetLength(file))
        {
            RandomAccess.SetLength(file, 0); // nginx appends, so it goes on at the new end.
            _offset = 0;
        }
    }

    /// <summary>
    /// Takes in a line, <c>[status,bytes,"/names/video"]</c>; or the second one of a request that is part of a client's trace, which begins with a
    /// text (see <see cref="DeliverySpan.Replay"/>).
    /// </summary>
    private void TakeIn(ReadOnlySpan<byte> line)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            if (!json.Read() || !json.Read())
            {
                return;
            }

            if (json.TokenType == JsonTokenType.String)
            {
                DeliverySpan.Replay(ref json);
            }
            else if (json.TryGetInt32(out var status)
                && json.Read() && json.TryGetInt64(out var bytes)
                && json.Read() && json.GetString() is { } path)
            {
                metrics.ServedByNginx(status, bytes);
                if (TryName(path, out var name))
                {
                    store.Visit(name);
                    demand.Add(name);
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a line, as after a cut.
        }
    }

    [LoggerMessage(EventId = 330, Level = LogLevel.Warning, Message = "What nginx served cannot be read from {Path}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string path, string reason);
}
