using Xunit.v3;

namespace Cdn.Tests.Infrastructure;

/// <summary>
/// Marks tests that start processes. <c>./test --quick</c> leaves them out, and fails those that do so unmarked.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class StartsProcessesAttribute : Attribute, ITraitAttribute
{
    /// <summary>Set by <c>./test --quick</c>.</summary>
    private const string Quick = "CDN_TESTS_QUICK";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new("Category", "Processes")];

    /// <summary>Is called by everything that starts a process for a test.</summary>
    public static void Demand() => Assert.True(
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Quick)), "A test that starts a process lacks [StartsProcesses].");
}
