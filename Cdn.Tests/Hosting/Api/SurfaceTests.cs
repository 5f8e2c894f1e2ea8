using System.Reflection;
using System.Text.RegularExpressions;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Hosting.Api;

/// <summary>
/// One AppHost compiles on both engines as long as ours offers nothing that Aspire does not. <c>aspire-13.5.txt</c> has the
/// lines that both have, <c>own.txt</c> those that only ours has, each with a reason; both are written by hand on a change.
/// Built against the Aspire packages, the same test shows that the lines are Aspire's.
/// </summary>
public sealed partial class SurfaceTests
{
    private const string OnlyEmbedded = "What the embedded engine adds is not there on Aspire.";

    private static readonly string Folder = Path.Combine(Repository.Root, "Cdn.Tests", "Hosting", "Api");

    // Aspire has its support of tests in an assembly of its own.
    private static readonly string[] Surface =
    [
        .. new HashSet<Assembly> { typeof(DistributedApplication).Assembly, typeof(IDistributedApplicationTestingBuilder).Assembly }
            .SelectMany(PublicSurface.Of),
    ];

    [Fact]
    public void Engine_OffersNothing_ThatIsNeitherAspiresNorListedAsItsOwn()
    {
        Assert.SkipWhen(Engine.IsAspire, OnlyEmbedded);
        IsNothing(Surface.Except(Lines("aspire-13.5.txt")).Except(Lines("own.txt")));
    }

    [Fact]
    public void Engine_HasEverything_ThatItSharesWithAspire() => IsNothing(Lines("aspire-13.5.txt").Except(Surface));

    [Fact]
    public void OwnList_NamesOnlyWhatIsThere_AndNothingOfAspires()
    {
        Assert.SkipWhen(Engine.IsAspire, OnlyEmbedded);
        Assert.Empty(Lines("own.txt").Except(Surface));
        Assert.Empty(Lines("own.txt").Intersect(Lines("aspire-13.5.txt")));
    }

    [Fact]
    public void OwnList_GivesAReason_AboveEachGroup()
    {
        foreach (var group in File.ReadAllText(Path.Combine(Folder, "own.txt")).ReplaceLineEndings("\n").Split("\n\n"))
        {
            Assert.Matches(Reason(), group);
        }
    }

    [Fact]
    public void Surface_SaysWhatACallerDependsOn() => Assert.Equal(
        [
            "SurfaceTests.Sample: IReadOnlyList<string?>? Names { get; set; }",
            "SurfaceTests.Sample: class",
            "SurfaceTests.Sample: new(int count, string? text = null)",
            "SurfaceTests.Sample: static Task<T> Find<T>(in T first, SurfaceTests.Sample.Kind kind = Kind.Second, "
                + "params object[]? more) where T : class, IDisposable",
        ],
        PublicSurface.Of([typeof(Sample)]));

    private static void IsNothing(IEnumerable<string> lines) => Assert.True(!lines.Any(), string.Join('\n', lines));

    private static string[] Lines(string file) =>
        [.. File.ReadAllLines(Path.Combine(Folder, file)).Where(line => line.Length > 0 && !line.StartsWith('#'))];

    [GeneratedRegex(@"\A# .+(\n# .+)*(\n[^#].+)+\s*\z")]
    private static partial Regex Reason();

    public sealed class Sample
    {
        public Sample(int count, string? text = null) => Names = [.. Enumerable.Repeat(text, count)];

        public enum Kind
        {
            First,
            Second,
        }

        public IReadOnlyList<string?>? Names { get; set; }

        public static Task<T> Find<T>(in T first, Kind kind = Kind.Second, params object[]? more)
            where T : class, IDisposable => Task.FromResult(first);
    }
}
