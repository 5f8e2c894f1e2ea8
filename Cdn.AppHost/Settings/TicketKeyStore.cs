using System.Globalization;
using System.Security.Cryptography;
using Cdn.Contracts.Tokens;

namespace Cdn.AppHost.Settings;

/// <summary>
/// Secrets of tickets that are made up: a line each with id, secret and when it was made, the newest first. At a start a new one
/// is made if the newest is a month old; one that is older than two is forgotten, and with it the tickets of tokens that live
/// longer.
/// </summary>
/// <param name="file">Where they are kept.</param>
/// <param name="time">The clock.</param>
internal sealed class TicketKeyStore(string file, TimeProvider time)
{
    private const int SecretLength = 43; // 256 bits.

    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly TimeSpan SignsFor = TimeSpan.FromDays(30);
    private static readonly TimeSpan IsKnownFor = TimeSpan.FromDays(60);

    /// <summary>Reads them, and makes a new one if it is time.</summary>
    public IReadOnlyList<TicketKey> Take()
    {
        var now = time.GetUtcNow();
        var kept = Read().Where(entry => now - entry.Made < IsKnownFor).ToList();
        if (kept.Count == 0 || now - kept[0].Made >= SignsFor)
        {
            var last = kept.Count == 0 ? 'z' : kept[0].Key.Id;
            var id = last >= 'z' ? 'a' : (char)(last + 1);
            var key = new TicketKey(id, RandomNumberGenerator.GetString(Characters, SecretLength));
            kept.Insert(0, (key, now));
            Write(kept);
        }

        return [.. kept.Select(entry => entry.Key)];
    }

    private IEnumerable<(TicketKey Key, DateTimeOffset Made)> Read()
    {
        foreach (var line in File.Exists(file) ? File.ReadAllLines(file) : [])
        {
            if (line.Split(' ') is [[var id], var secret, var made]
                && TicketKeys.TryParse($"{id}:{secret}", out var keys)
                && long.TryParse(made, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                yield return (keys[0], DateTimeOffset.FromUnixTimeSeconds(seconds));
            }
        }
    }

    private void Write(List<(TicketKey Key, DateTimeOffset Made)> entries)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var writer = new StreamWriter(file + ".part", options))
        {
            foreach (var (key, made) in entries)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $"{key.Id} {key.Secret} {made.ToUnixTimeSeconds()}\n"));
            }
        }

        File.Move(file + ".part", file, overwrite: true);
    }
}
