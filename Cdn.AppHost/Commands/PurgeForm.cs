using System.Text.Json;
using System.Text;
using Cdn.AppHost.Services;
using Cdn.Contracts;

namespace Cdn.AppHost.Commands;

/// <summary>The arguments of a purge, as the dashboard asks for them and the CLI gives them.</summary>
internal static class PurgeForm
{
    public const string Name = "name";
    public const string Prefix = "prefix";
    public const string NoRefill = "no-refill";
    public const string Block = "block";

    /// <summary>Names that are offered: the first 100. Any other can be typed.</summary>
    private const int Offered = 100;

    /// <summary>Time to say which videos there are: 3 s.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>The inputs; the names of videos are asked of the operator's API when the form is opened.</summary>
    public static IReadOnlyList<InteractionInput> Inputs(ParameterResource operatorKey, EndpointReference controller) =>
    [
        new()
        {
            Name = Name,
            Label = "Video",
            Description = "The name of one video. Or leave it empty, and give a prefix.",
            InputType = InputType.Choice,
            AllowCustomChoice = true,
            Options = [],
            MaxLength = Limits.MaxVideoNameBytes,
            DynamicLoading = new InputLoadOptions { LoadCallback = context => OfferAsync(operatorKey, controller, context) },
        },
        new()
        {
            Name = Prefix,
            Label = "Prefix",
            Description = "All videos whose names begin with this.",
            InputType = InputType.Text,
            Placeholder = "shows/1/",
            MaxLength = Limits.MaxVideoNameBytes,
        },
        new()
        {
            Name = NoRefill,
            Label = "Do not fill again",
            Description = "Not before the origin has another version than it has now.",
            InputType = InputType.Boolean,
            Value = "false",
        },
        new()
        {
            Name = Block,
            Label = "Block",
            Description = "The origin gives out no version any more, until the block is lifted (DELETE /api/blocks).",
            InputType = InputType.Boolean,
            Value = "false",
        },
    ];

    /// <summary>Says what is wrong with the arguments, beside each of them.</summary>
    public static Task ValidateAsync(InputsDialogValidationContext context)
    {
        var (name, prefix) = (Text(context.Inputs, Name), Text(context.Inputs, Prefix));
        if (name is null == prefix is null)
        {
            context.AddValidationError(Name, name is null ? "Give a name or a prefix." : "Give a name or a prefix, not both.");
        }
        else if (name is not null && !VideoName.TryParse(name, out _, out var error))
        {
            context.AddValidationError(Name, error);
        }
        else if (prefix is not null && Encoding.UTF8.GetByteCount(prefix) > Limits.MaxVideoNameBytes)
        {
            context.AddValidationError(Prefix, $"A prefix has at most {Limits.MaxVideoNameBytes} bytes.");
        }

        return Task.CompletedTask;
    }

    /// <summary>What is asked for, after it was validated.</summary>
    public static PurgeRequest Read(InteractionInputCollection inputs) => new(
        Text(inputs, Name) is { } name ? VideoName.Parse(name) : null,
        Text(inputs, Prefix),
        Refill: !IsSet(inputs, NoRefill),
        Block: IsSet(inputs, Block));

    private static string? Text(InteractionInputCollection inputs, string name) =>
        inputs.TryGetByName(name, out var input) && !string.IsNullOrWhiteSpace(input.Value) ? input.Value : null;

    private static bool IsSet(InteractionInputCollection inputs, string name) =>
        Text(inputs, name) is { } text && bool.TryParse(text, out var isSet) && isSet;

    private static async Task OfferAsync(ParameterResource operatorKey, EndpointReference controller, LoadInputContext context)
    {
        try
        {
            var key = await operatorKey.GetValueAsync(context.CancellationToken);
            using var http = ServiceHttp.CreateClient(controller, Patience, key);
            using var response = await http.SendAsync(
                HttpMethod.Get, $"/api/videos?limit={Offered}", null, context.CancellationToken);
            using var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync(context.CancellationToken));
            context.Input.Options =
            [
                .. page.RootElement.GetProperty("videos").EnumerateArray()
                    .Select(video => video.GetProperty("name").GetString()!).Select(name => KeyValuePair.Create(name, name)),
            ];
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or JsonException)
        {
            context.Input.Options = []; // It can be typed; and the command will say why nobody answers.
        }
    }
}
