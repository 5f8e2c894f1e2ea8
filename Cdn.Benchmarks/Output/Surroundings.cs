using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Output;

/// <summary>What figures depend on and do not show.</summary>
internal static class Surroundings
{
    public static void Describe()
    {
        Report.Note($"{Environment.ProcessorCount} cores shared by servers and load; .NET {Environment.Version}; everything over loopback.");
        if (Repository.Configuration != "Release")
        {
            Report.Error($"This is a {Repository.Configuration} build: its figures mean nothing. Use -c Release.");
        }
    }
}
