using System.IO.Pipelines;
using Cdn.Contracts;
using Cdn.Replica.Fill;
using Microsoft.AspNetCore.Http;

namespace Cdn.Fuzz.Targets;

/// <summary>The body of a push of many: what is in it is the same however it comes in pieces.</summary>
internal static class BatchTarget
{
    public static void Run(byte[] input)
    {
        var whole = ReadAsync(input, input.Length).GetAwaiter().GetResult();
        var pieces = ReadAsync(input, 7).GetAwaiter().GetResult();
        Claim.That(whole.SequenceEqual(pieces), "pieces make no difference");
    }

    private static async Task<List<string>> ReadAsync(byte[] input, int piece)
    {
        var found = new List<string>();
        var body = PipeReader.Create(new Pieces(input, Math.Max(1, piece)));
        using var reader = new BatchReader(body, TimeSpan.FromSeconds(30), TimeProvider.System);
        try
        {
            while (await reader.NextAsync(CancellationToken.None) is { } video)
            {
                Claim.That(VideoName.TryParse(video.Video.Name.Value, out _, out _), "it has a name");
                found.Add($"{video.Video} {Convert.ToHexString(video.Bytes.Span)}");
            }
        }
        catch (BadHttpRequestException e)
        {
            found.Add($"{e.StatusCode}");
        }

        return found;
    }

    /// <summary>A body that comes in pieces.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(piece, buffer.Length)], cancellationToken);
    }
}
