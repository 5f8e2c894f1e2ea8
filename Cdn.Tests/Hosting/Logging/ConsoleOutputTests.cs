using Cdn.Hosting;

namespace Cdn.Tests.Hosting.Logging;

public sealed class ConsoleOutputTests
{
    [Fact]
    public async Task Output_ReaderThatDoesNotKeepUp_DropsTheOldestAndSaysHowMany()
    {
        var writer = new PausedWriter();
        var model = new DistributedApplicationModel([new ExecutableResource("origin", "sh", "/")]);
        var output = new ConsoleOutput(model, writer, colour: false);
        output.Write("origin", new LogLine(1, "first", false), fromProcess: true);
        await writer.Reached.Task.WaitAsync(TestApp.Cancel);

        for (var i = 0; i < 10_000; i++)
        {
            output.Write("origin", new LogLine(i, $"line {i}", false), fromProcess: true);
        }

        writer.Go.SetResult();
        await output.DisposeAsync();
        Assert.Equal("origin    first", writer.Lines[0]);
        Assert.Equal($"... {10_000 - 4_096} lines were not shown: they came faster than they could be written", writer.Lines[1]);
        Assert.Equal("origin    line 9999", writer.Lines[^1]);
    }

    /// <summary>A writer that stops at its first line until it is told to go on.</summary>
    private sealed class PausedWriter : StringWriter
    {
        public List<string> Lines { get; } = [];

        public TaskCompletionSource Reached { get; } = new();

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override async Task WriteLineAsync(string? value)
        {
            Reached.TrySetResult();
            await Go.Task;
            Lines.Add(value!);
        }
    }
}
