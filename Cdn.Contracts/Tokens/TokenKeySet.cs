using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// The keys of a CDN's tokens: a JSON Web Key Set (RFC 7517), as <c>TOKEN_KEYS</c> names it. Each key has a <c>kid</c>; of kind
/// <c>oct</c> it is for HS256 (32 bytes or more), of kind <c>EC</c> on <c>P-256</c> for ES256, and <c>oct</c> with <c>"use":
/// "enc"</c> encrypts the client's address with A128GCM or A256GCM. Two members of our own: <c>iss</c> of a key, whose tokens it
/// signs, and <c>aud</c> of the set, who this CDN is.
/// <code>
/// {"keys": [{"kty": "oct", "kid": "2027-01", "k": "(43 characters of base64url)"}]}
/// </code>
/// </summary>
public sealed class TokenKeySet
{
    /// <summary>Most keys of a set: 64; a rotation has two.</summary>
    public const int MaxKeys = 64;

    /// <summary>Longest <c>kid</c>: 128 characters.</summary>
    private const int MaxIdLength = 128;

    /// <summary>Shortest secret of HS256: 32 bytes (RFC 7518 section 3.2).</summary>
    private const int MinSecretBytes = 32;

    private static readonly JsonDocumentOptions OnceEach = new() { AllowDuplicateProperties = false };

    private TokenKeySet(IReadOnlyList<TokenKey> keys, string? audience) => (Keys, Audience) = (keys, audience);

    /// <summary>All keys, in the order of the file.</summary>
    public IReadOnlyList<TokenKey> Keys { get; }

    /// <summary>Who this CDN is in <c>aud</c>; null: nobody that a token may name.</summary>
    public string? Audience { get; }

    /// <summary>The first key that can sign; new tokens are signed with it.</summary>
    public TokenKey? Signing => Keys.FirstOrDefault(key => key.CanSign);

    /// <summary>The first key that encrypts.</summary>
    public TokenKey? Encrypting => Keys.FirstOrDefault(key => key.IsForContent);

    /// <summary>The key of an id that signs, or that encrypts.</summary>
    public TokenKey? Find(string id, bool forContent = false) =>
        Keys.FirstOrDefault(key => key.Id == id && key.IsForContent == forContent);

    /// <summary>Reads a set that is known to be good.</summary>
    /// <exception cref="FormatException">It is not; the message has every error.</exception>
    public static TokenKeySet Parse(string json) =>
        TryParse(json, out var keys, out var errors) ? keys : throw new FormatException(string.Join(" ", errors));

    /// <summary>
    /// Reads a set, or says everything that is wrong with it, a sentence each. No sentence has anything of a key.
    /// </summary>
    public static bool TryParse(string json, [NotNullWhen(true)] out TokenKeySet? keys, out IReadOnlyList<string> errors)
    {
        keys = null;
        try
        {
            using var document = JsonDocument.Parse(json, OnceEach);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("keys", out var array) || array.ValueKind != JsonValueKind.Array)
            {
                errors = ["A key set is a JSON object with an array \"keys\" (RFC 7517)."];
                return false;
            }

            var found = new List<TokenKey>();
            var wrong = new List<string>();
            foreach (var (number, element) in array.EnumerateArray().Index())
            {
                Add(found, wrong, $"Key {number + 1}", element);
            }

            if (array.GetArrayLength() is 0 or > MaxKeys)
            {
                wrong.Add($"A key set has 1 to {MaxKeys} keys; this one has {array.GetArrayLength()}.");
            }
            else if (wrong.Count == 0 && found.TrueForAll(key => key.IsForContent))
            {
                wrong.Add("A key set needs a key that signs.");
            }

            errors = wrong;
            keys = wrong.Count == 0 ? new TokenKeySet(found, Text(document.RootElement, "aud")) : null;
            return keys is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            errors = [$"A key set is JSON; line {((e as JsonException)?.LineNumber ?? 0) + 1} is not, or has a member twice."];
            return false;
        }
    }

    private static void Add(List<TokenKey> keys, List<string> errors, string which, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || Text(element, "kid") is not { Length: > 0 and <= MaxIdLength } id)
        {
            errors.Add($"{which} needs a \"kid\" of 1 to {MaxIdLength} characters.");
            return;
        }

        var key = Text(element, "kty") switch
        {
            "oct" => Secret(element, id, $"{which} ('{id}')", errors),
            "EC" => Curve(element, id, $"{which} ('{id}')", errors),
            _ => Wrong($"{which} ('{id}') must be of \"kty\" oct or EC.", errors),
        };
        if (key is not null && keys.Exists(other => other.Id == id && other.IsForContent == key.IsForContent))
        {
            errors.Add($"{which} has the \"kid\" of another one.");
        }
        else if (key is not null)
        {
            keys.Add(key);
        }
    }

    private static TokenKey? Secret(JsonElement element, string id, string which, List<string> errors)
    {
        if (!StrictText.TryDecode(Text(element, "k"), out var secret))
        {
            return Wrong($"{which} needs a \"k\" in base64url without padding.", errors);
        }

        if (Text(element, "use") == "enc")
        {
            var algorithm = Text(element, "alg") ?? (secret.Length == 32 ? "A256GCM" : "A128GCM");
            return (algorithm, secret.Length) is ("A128GCM", 16) or ("A256GCM", 32)
                ? new TokenKey(id, secret, algorithm, issuer: null)
                : Wrong($"{which} encrypts, and must be 16 bytes for A128GCM or 32 for A256GCM.", errors);
        }

        return Text(element, "alg") is not (null or TokenKey.Hs256)
            ? Wrong($"{which} is a secret: its \"alg\" can be HS256 only.", errors)
            : secret.Length < MinSecretBytes ? Wrong($"{which} must have at least {MinSecretBytes} bytes.", errors)
            : new TokenKey(id, secret, TokenKey.Hs256, Text(element, "iss"));
    }

    private static TokenKey? Curve(JsonElement element, string id, string which, List<string> errors)
    {
        if (Text(element, "crv") != "P-256" || Text(element, "alg") is not (null or TokenKey.Es256))
        {
            return Wrong($"{which} must be on the curve P-256, and its \"alg\" can be ES256 only.", errors);
        }

        if (!StrictText.TryDecode(Text(element, "x"), out var x) || !StrictText.TryDecode(Text(element, "y"), out var y)
            || !StrictText.TryDecode(Text(element, "d"), out var d)
            || x.Length != 32 || y.Length != 32 || d.Length is not (0 or 32))
        {
            return Wrong($"{which} needs \"x\" and \"y\" (and \"d\" to sign) of 32 bytes in base64url.", errors);
        }

        var curve = new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = { X = x, Y = y }, D = d.Length == 0 ? null : d };
        try
        {
            using var point = ECDsa.Create(curve);
            return new TokenKey(id, curve, Text(element, "iss"));
        }
        catch (CryptographicException)
        {
            return Wrong($"{which} is not a point of P-256.", errors);
        }
    }

    private static TokenKey? Wrong(string error, List<string> errors)
    {
        errors.Add(error);
        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
