using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.AppHost;

/// <summary>Who builds without the Aspire packages never asks for one: they are named in one mode, and called in one folder.</summary>
public sealed partial class PackageModeTests
{
    [Fact]
    public void Projects_NameAspirePackages_InPackageModeOnly()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 };
        var named = new[] { "*.csproj", "*.props" }
            .SelectMany(pattern => Directory.EnumerateFiles(Repository.Root, pattern, options))
            .Where(file => Path.GetFileName(file) != "Directory.Packages.props") // versions of what others name
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
        var named = Directory.EnumerateDirectories(Repository.Root, "Cdn.*")
            .SelectMany(project => Directory.EnumerateFiles(project, "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadLines(file).Any(line => line.StartsWith("using Aspire.", StringComparison.Ordinal)))
            .ToList();

        Assert.NotEmpty(named);
        Assert.All(named, file => Assert.Equal(folder, Path.GetDirectoryName(file)));
    }

    [GeneratedRegex(@"(^|;)Aspire\.(AppHost\.Sdk|Hosting\.\w+|Hosting$)")]
    private static partial Regex AspirePackage();
}
