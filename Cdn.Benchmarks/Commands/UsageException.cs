namespace Cdn.Benchmarks.Commands;

/// <summary>What was asked for on the command line does not exist; the message says what does.</summary>
internal sealed class UsageException(string message) : Exception(message);
