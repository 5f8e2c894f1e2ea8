using CsCheck;
using static Cdn.Tests.Contracts.Tokens.TestTokens;

namespace Cdn.Tests.Contracts.Tokens;

public sealed class TokenPropertyTests
{
    private const string Characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=~ /%\0é";

    private static readonly string[] Good =
    [
        Sign(Claims),
        new Cdn.Contracts.Tokens.TokenSigner(Cdn.Contracts.Tokens.TokenKeySet.Parse(
            """
            {"aud": "this-cdn", "keys": [{"kty": "EC", "kid": "P5UpOv0eMq1wcxLf7WxIg09JdSYGYFDOWkldueaImf0", "crv": "P-256",
             "x": "be807S4O7dzB6I4hTiCUvmxCI6FuxWba1xYBlLSSsZ8", "y": "rOGC4vI69g-WF9AGEVI37sNNwbjIzBxSjLvIL7f3RBA",
             "d": "yaowezrCLTU6yIwUL5RQw67cHgvZeMTLVZXjUGb1A1M"}]}
            """)).Sign(Claims),
    ];

    /// <summary>One character more, less, or another one, once or more often: not one such text is let in.</summary>
    [Fact]
    public void Mutated_Never_Verifies()
    {
        var change = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 5000], Gen.Char[Characters]);
        Gen.Select(Gen.Int[0, Good.Length - 1], change.Array[1, 4]).Sample((which, changes) =>
        {
            var good = Good[which];
            var token = changes.Aggregate(good, Apply);
            return token == good || Verify(token) is not null;
        });
    }

    /// <summary>Anything at all is answered, and with no.</summary>
    [Fact]
    public void Garbage_Never_Verifies() =>
        Gen.String[Gen.Char[Characters], 0, 300].Sample(
            text => Verify(text) is not null && Verify($"{text}.{text}.{text}") is not null);

    private static string Apply(string token, (int What, int Where, char With) change)
    {
        var at = change.Where % Math.Max(1, token.Length);
        return token.Length == 0 ? $"{change.With}" : change.What switch
        {
            0 => token.Remove(at, 1),
            1 => token.Insert(at, $"{change.With}"),
            _ => string.Concat(token.AsSpan(0, at), [change.With], token.AsSpan(at + 1)),
        };
    }
}
