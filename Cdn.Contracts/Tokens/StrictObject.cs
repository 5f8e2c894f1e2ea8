using System.Text.Json;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// A JSON object as tokens have it, read whole before anything is believed: every member once, every text valid Unicode.
/// </summary>
internal sealed class StrictObject
{
    private static readonly JsonDocumentOptions OnceEach = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Stands for a value that is neither a text nor a number: nothing of that kind is looked at.</summary>
    private static readonly object Other = new();

    private readonly Dictionary<string, object> _members = [];

    private StrictObject()
    {
    }

    /// <summary>Reads one that is in base64url; null if it is none.</summary>
    public static StrictObject? TryParse(ReadOnlySpan<char> encoded)
    {
        if (!StrictText.TryDecode(encoded, out var json))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json, OnceEach);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var read = new StrictObject();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                read._members.Add(member.Name, ValueOf(member.Value));
            }

            return read;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // The second: half a surrogate pair, or bytes that are no UTF-8.
        }
    }

    /// <summary>Whether there is such a member.</summary>
    public bool Has(string name) => _members.ContainsKey(name);

    /// <summary>A member that is a text; null if it is none, or is not there.</summary>
    public string? Text(string name) => _members.GetValueOrDefault(name) as string;

    /// <summary>The same; false if it is there and no text.</summary>
    public bool TryReadText(string name, out string? text)
    {
        text = Text(name);
        return text is not null || !Has(name);
    }

    /// <summary>A member that is a number, or null if it is not there; false if it is there and none.</summary>
    public bool TryReadNumber(string name, out double? number)
    {
        number = _members.GetValueOrDefault(name) as double?;
        return number is not null || !Has(name);
    }

    private static object ValueOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetDouble(out var number) => number,
        _ => Other,
    };
}
