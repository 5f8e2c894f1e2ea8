using System.Runtime.CompilerServices;

namespace Cdn.Tests.Infrastructure;

/// <summary>
/// What was generated, beside what is in the repository: in <c>Snapshots/</c> in the folder of the test. A change that is wanted is taken
/// over by <c>UPDATE_SNAPSHOTS=1 ./test</c>, and then stands in the diff.
/// </summary>
internal static class Snapshot
{
    public static void Matches(string file, string text, [CallerFilePath] string test = "")
    {
        // The path is that of the machine that built the tests: only what follows the project's folder counts.
        var project = $"{Path.DirectorySeparatorChar}Cdn.Tests{Path.DirectorySeparatorChar}";
        var folder = Path.GetDirectoryName(test[(test.LastIndexOf(project, StringComparison.Ordinal) + project.Length)..])!;
        IsIn(Path.Combine(Repository.Root, "Cdn.Tests", folder, "Snapshots", file), text);
    }

    /// <summary>The same for a file that is of use to more than a test.</summary>
    public static void IsIn(string path, string text)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(File.Exists(path), $"There is no {path}: UPDATE_SNAPSHOTS=1 makes it.");
        Assert.Equal(File.ReadAllText(path), text);
    }
}
