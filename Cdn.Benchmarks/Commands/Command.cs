namespace Cdn.Benchmarks.Commands;

/// <summary>One benchmark, as it is named on the command line.</summary>
/// <param name="Name">The first argument.</param>
/// <param name="Usage">Its options, for the help.</param>
/// <param name="Summary">What it measures, in a line.</param>
/// <param name="RunAsync">Runs it and answers the exit code.</param>
internal sealed record Command(
    string Name, string Usage, string Summary, Func<CommandOptions, CancellationToken, Task<int>> RunAsync);
