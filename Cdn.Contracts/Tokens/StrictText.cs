using System.Buffers;
using System.Buffers.Text;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// What tokens are written in, read strictly: of two texts that differ at most one is a token, so that no token can be passed off
/// as another one.
/// </summary>
internal static class StrictText
{
    /// <summary>Decodes base64url (RFC 4648 section 5) without padding, and without stray bits at the end.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (Base64Url.DecodeFromChars(text, buffer, out _, out var written) != OperationStatus.Done
            || !text.SequenceEqual(Base64Url.EncodeToString(buffer.AsSpan(0, written))))
        {
            return false;
        }

        bytes = buffer[..written];
        return true;
    }
}
