using Cdn.Fuzz;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Fuzz;

/// <summary>What fuzzing begins with, and what it has found: each input is one that holds now.</summary>
public sealed class CorpusTests
{
    private static readonly string Corpus = Path.Combine(Repository.Root, "Cdn.Fuzz", "Corpus");

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Target_WithEachInputOfItsCorpus_Holds(string target)
    {
        var inputs = Directory.GetFiles(Path.Combine(Corpus, target));
        Assert.NotEmpty(inputs);
        Assert.All(inputs, input => FuzzTargets.All[target](File.ReadAllBytes(input)));
    }
}
