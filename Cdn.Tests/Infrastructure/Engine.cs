namespace Cdn.Tests.Infrastructure;

/// <summary>What these tests were built against: the embedded engine, or the Aspire packages.</summary>
public static class Engine
{
    public static bool IsAspire { get; } = typeof(DistributedApplication).Namespace == "Aspire.Hosting";
}
