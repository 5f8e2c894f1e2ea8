using System.Text.Json;

namespace Cdn.AppHost.Terminal;

/// <summary>How far all replicas together are: what is proven of what the plan gives them.</summary>
/// <param name="VideosDone">Videos that are proven, counted once for each replica.</param>
/// <param name="Videos">Videos that are wanted, likewise.</param>
/// <param name="BytesDone">Bytes that are proven.</param>
/// <param name="Bytes">Bytes that are wanted.</param>
internal readonly record struct FillProgress(long VideosDone, long Videos, long BytesDone, long Bytes)
{
    /// <summary>Reads it from the controller's status; null if that does not say.</summary>
    public static FillProgress? Read(JsonElement? status)
    {
        return status is { } json && json.TryGetProperty("progress", out var progress) && progress.ValueKind == JsonValueKind.Object
            ? new FillProgress(Of("videosProven"), Of("videosAssigned"), Of("bytesProven"), Of("bytesAssigned"))
            : null;

        long Of(string name) => progress.TryGetProperty(name, out var number) ? number.GetInt64() : 0;
    }
}
