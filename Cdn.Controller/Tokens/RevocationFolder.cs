using System.Text.Json;
using Cdn.Contracts.Tokens;
using Cdn.Storage.Files;

namespace Cdn.Controller.Tokens;

/// <summary>
/// The folder in which one nginx looks for what is revoked: a file each, named by its id, which says what it stands for. nginx
/// only asks whether it is there. The folder is all that is kept: whoever starts, or another controller, reads it.
/// </summary>
internal sealed class RevocationFolder(string door, string folder)
{
    private const string Unfinished = ".part";

    /// <summary>Its nginx.</summary>
    public string Door => door;

    /// <summary>Adds one, durably. nginx and all services see it from this moment on.</summary>
    /// <exception cref="IOException">
    /// It is not there: a folder that is made here, in place of one that is shared, nobody else would see.
    /// </exception>
    public void Add(Revocation revocation)
    {
        var file = Path.Combine(folder, revocation.Id);
        var unfinished = $"{file}.{Guid.NewGuid():N}{Unfinished}";
        using (var stream = new FileStream(unfinished, FileMode.CreateNew))
        {
            JsonSerializer.Serialize(stream, revocation, RevocationJson.Default.Revocation);
            stream.Flush(flushToDisk: true);
        }

        DurableFile.Rename(unfinished, file);
        DurableFile.SyncFolder(folder);
    }

    /// <summary>Removes one; false if it was not there.</summary>
    public bool Remove(string id) => DurableFile.Remove(Path.Combine(folder, id));

    /// <summary>Whether it is there.</summary>
    public bool Has(string id) => File.Exists(Path.Combine(folder, id));

    /// <summary>How many there are, up to a bound.</summary>
    public int CountUpTo(int most) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Take(most).Count() : 0;

    /// <summary>All of them. What is no revocation, or goes while it is read, is left out.</summary>
    public IEnumerable<Revocation> All()
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var file in Directory.EnumerateFiles(folder))
        {
            if (Path.GetFileName(file).Length == RevocationId.Length && Read(file) is { } revocation)
            {
                yield return revocation;
            }
        }
    }

    private static Revocation? Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), RevocationJson.Default.Revocation);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
