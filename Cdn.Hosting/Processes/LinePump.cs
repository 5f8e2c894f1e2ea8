using System.Text;

namespace Cdn.Hosting;

/// <summary>Reads the output of a process and cuts it into lines.</summary>
internal static class LinePump
{
    /// <summary>In characters. A longer line is cut: a process that writes no line end must not fill our memory.</summary>
    public const int MaxLineLength = 16 * 1024;

    /// <summary>Reads to the end. Ends without an error when the pipe breaks.</summary>
    public static async Task RunAsync(Stream stream, Action<string> line)
    {
        var bytes = new byte[16 * 1024];
        var chars = new char[bytes.Length + 1];
        var decoder = Encoding.UTF8.GetDecoder();
        var rest = new StringBuilder();
        try
        {
            for (int read; (read = await stream.ReadAsync(bytes).ConfigureAwait(false)) > 0;)
            {
                Split(chars.AsSpan(0, decoder.GetChars(bytes.AsSpan(0, read), chars, flush: false)), rest, line);
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The process is gone, and its pipe with it.
        }

        if (rest.Length > 0)
        {
            line(rest.ToString());
        }
    }

    private static void Split(ReadOnlySpan<char> text, StringBuilder rest, Action<string> line)
    {
        while (text.Length > 0)
        {
            var end = text.IndexOf('\n');
            var piece = end < 0 ? text : text[..end];
            var room = MaxLineLength - rest.Length;
            if (piece.Length > room)
            {
                rest.Append(piece[..room]);
                text = text[room..];
                Emit(rest, line);
                continue;
            }

            rest.Append(piece);
            text = end < 0 ? [] : text[(end + 1)..];
            if (end >= 0)
            {
                Emit(rest, line);
            }
        }
    }

    private static void Emit(StringBuilder rest, Action<string> line)
    {
        var length = rest.Length > 0 && rest[^1] == '\r' ? rest.Length - 1 : rest.Length;
        line(rest.ToString(0, length));
        rest.Clear();
    }
}
