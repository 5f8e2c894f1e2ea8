using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.AppHost;

/// <summary>Who builds without the Aspire packages never asks for one: they are named in one mode, and called in one folder.</summary>
public sealed partial class PackageModeTests
{
    private static readonly EnumerationOptions Everywhere = new() { RecurseSubdirectories = true };

    [Fact]
    public void Projects_NameAspirePackages_InPackageModeOnly()
    {
        var named = Files("*.csproj").Concat(Files("*.props")).Where(file => Path.GetFileName(file) != "Directory.Packages.props")
            .SelectMany(file => XDocument.Load(file).Descendants())
            .Where(element => new[] { "Include", "Sdk" }.Any(name => element.Attribute(name)?.Value is { } value && AspirePackage().IsMatch(value)))
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, element => Assert.Contains(
            element.AncestorsAndSelf(), one => one.Attribute("Condition")?.Value == "'$(UseAspirePackages)' == 'true'"));
    }

    [Fact]
    public void Code_UsesAspireByName_InThePackageFolderOnly()
    {
        var folder = Path.Combine(Repository.Root, "Cdn.AppHost", "Package");
        var named = Files("*.cs").Where(file => File.ReadLines(file).Any(line => line.StartsWith("using Aspire.", StringComparison.Ordinal))).ToList();

        Assert.NotEmpty(named);
        Assert.All(named, file => Assert.Equal(folder, Path.GetDirectoryName(file)));
    }

    private static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Repository.Root, pattern, Everywhere)
        .Where(file => !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    [GeneratedRegex(@"(^|;)Aspire\.(AppHost\.Sdk|Hosting\.\w+|Hosting$)")]
    private static partial Regex AspirePackage();
}
