using System.Collections.Immutable;
using Cdn.AppHost.Commands;
using Cdn.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Cdn.Tests.AppHost.Commands;

/// <summary>The arguments of a purge, and what is said of its receipts.</summary>
public sealed class PurgeFormTests
{
    [Theory]
    [InlineData("film.mp4", null, true)]
    [InlineData(null, "shows/1/", true)]
    [InlineData(null, null, false)]
    [InlineData("", " ", false)]
    [InlineData("film.mp4", "shows/1/", false)]
    [InlineData("../film.mp4", null, false)]
    public async Task Validate_NameOrPrefix_TakesExactlyOneOfThem(string? name, string? prefix, bool isValid)
    {
        var inputs = Inputs(("name", name), ("prefix", prefix));
        var context = new InputsDialogValidationContext
        {
            Inputs = inputs,
            CancellationToken = CancellationToken.None,
            Services = new ServiceCollection().BuildServiceProvider(),
        };

        await PurgeForm.ValidateAsync(context);

        Assert.Equal(isValid, !HasErrors(context));
    }

    [Fact]
    public void Read_Defaults_RefillsAndBlocksNothing() => Assert.Equal(
        new PurgeRequest(VideoName.Parse("film.mp4")), PurgeForm.Read(Inputs(("name", "film.mp4"))));

    [Fact]
    public void Read_Everything_IsWhatTheApiIsAskedFor() => Assert.Equal(
        new PurgeRequest(Prefix: "shows/1/", Refill: false, Block: true),
        PurgeForm.Read(Inputs(("prefix", "shows/1/"), ("no-refill", "true"), ("block", "True"))));

    [Fact]
    public void Report_WithAReplicaThatIsAway_NamesIt_AndHasARowForEach()
    {
        ImmutableArray<PurgeReceipt> receipts =
            [new("replica1", "purged", 2, 1_500_000, 12.3, null), new("replica2", "unreachable", 0, 0, 10_000, "Connection refused")];
        var report = new PurgeReport(7, 10_001, receipts);

        Assert.Equal(
            "Purge 7 (shows/*): 1 of 2 replicas have confirmed within 10001 ms. replica2 could not be reached; it gets no requests for what was purged, and purges it when it is back.",
            report.InWords(new PurgeRequest(Prefix: "shows/")));
        Assert.Equal(
            """
            | replica | receipt | videos | bytes | after |
            |---|---|---|---|---|
            | replica1 | purged | 2 | 1.5 MB | 12 ms |
            | replica2 | unreachable: Connection refused | 0 | 0 B | 10000 ms |

            """,
            report.AsTable());
    }

    private static InteractionInputCollection Inputs(params (string Name, string? Value)[] given) => new(
        [.. ((string[])["name", "prefix", "no-refill", "block"]).Select(name => new InteractionInput
        {
            Name = name,
            InputType = InputType.Text,
            Value = given.FirstOrDefault(input => input.Name == name).Value,
        })]);

    /// <summary>Aspire keeps to itself what a validation has found.</summary>
    private static bool HasErrors(InputsDialogValidationContext context) => (bool)typeof(InputsDialogValidationContext)
        .GetProperty("HasErrors", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(context)!;
}
