using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Fluent.Slices;
using ArchUnitNET.Loader;
using Assembly = System.Reflection.Assembly;

namespace Cdn.Tests.Architecture;

/// <summary>
/// What may know what: no project and no folder of one is in a cycle, and libraries know only what is below them.
/// </summary>
public sealed class DependencyTests
{
    /// <summary>Our projects, and those of ours that each may refer to.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Cdn.Contracts"] = [],
        ["Cdn.Storage"] = ["Cdn.Contracts"],
        ["Cdn.Placement"] = ["Cdn.Contracts"],
        ["Cdn.ServiceDefaults"] = ["Cdn.Contracts"],
        ["Cdn.Transfer"] = ["Cdn.Contracts", "Cdn.ServiceDefaults"],
        ["Cdn.Origin"] = ["Cdn.Contracts", "Cdn.ServiceDefaults", "Cdn.Storage", "Cdn.Transfer"],
        ["Cdn.Replica"] = ["Cdn.Contracts", "Cdn.ServiceDefaults", "Cdn.Storage", "Cdn.Transfer"],
        ["Cdn.Controller"] = ["Cdn.Contracts", "Cdn.ServiceDefaults", "Cdn.Storage", "Cdn.Transfer", "Cdn.Placement"],
        ["Aspire.Hosting.Nginx"] = [],
        ["Cdn.AppHost"] = ["Aspire.Hosting.Nginx", "Cdn.Contracts"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_KnowsOnlyWhatIsBelowIt(string project)
    {
        var known = Load(project).GetReferencedAssemblies().Select(reference => reference.Name!).Where(Allowed.ContainsKey);
        Assert.Empty(known.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_OfAProject_AreInNoCycle(string project)
    {
        var architecture = new ArchLoader().LoadAssemblies(Load(project)).Build();
        var rule = SliceRuleDefinition.Slices().Matching($"{project}.(*)..").Should().BeFreeOfCycles();

        Assert.True(rule.HasNoViolations(architecture), string.Join('\n', rule.Evaluate(architecture).Where(one => !one.Passed).Select(one => one.Description)));
    }

    private static Assembly Load(string project) => Assembly.Load(new AssemblyName(project));
}
