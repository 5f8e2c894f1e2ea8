namespace Cdn.Hosting;

/// <summary>Remembers what a process said last, to tell why it has failed.</summary>
internal sealed class OutputTail
{
    /// <summary>Lines kept of each of the two outputs. A .NET exception has its message first, and many lines of stack below it.</summary>
    private const int Capacity = 40;

    /// <summary>Characters told.</summary>
    private const int MaxLength = 300;

    private readonly Lock _gate = new();
    private readonly Queue<string> _output = new();
    private readonly Queue<string> _errors = new();

    public void Add(string line, bool isError)
    {
        if (string.IsNullOrWhiteSpace(line) || IsStackFrame(line))
        {
            return;
        }

        lock (_gate)
        {
            var queue = isError ? _errors : _output;
            if (queue.Count == Capacity)
            {
                queue.Dequeue();
            }

            queue.Enqueue(line.Trim());
        }
    }

    /// <summary>The first line of an unhandled exception, or the last line of the errors, or of the output; null if there is none.</summary>
    public string? LastWords()
    {
        lock (_gate)
        {
            var words = _errors.LastOrDefault(l => l.StartsWith("Unhandled exception", StringComparison.Ordinal))
                ?? _errors.LastOrDefault() ?? _output.LastOrDefault();
            return words is { Length: > MaxLength } ? words[..MaxLength] + "..." : words;
        }
    }

    private static bool IsStackFrame(string line) => line.TrimStart() is var text
        && (text.StartsWith("at ", StringComparison.Ordinal) || text.StartsWith("--- ", StringComparison.Ordinal));
}
