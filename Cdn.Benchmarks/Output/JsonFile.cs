using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cdn.Benchmarks.Output;

/// <summary>Rows for other programs.</summary>
internal static class JsonFile
{
    private static readonly JsonSerializerOptions _options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,    // unsafe only inside HTML; "sha256sum+cp" is to be found as it is
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes an array, with camel case names; nothing if no file is wanted.</summary>
    public static async Task WriteAsync<T>(string? path, IReadOnlyList<T> rows, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            return;
        }

        await using var file = File.Create(path);
        await JsonSerializer.SerializeAsync(file, rows, _options, cancellationToken);
    }
}
