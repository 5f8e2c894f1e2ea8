using Cdn.Fuzz;
using SharpFuzz;

switch (args)
{
    case [var name] when FuzzTargets.All.TryGetValue(name, out var target):
        Fuzzer.OutOfProcess.Run(input =>
        {
            using var bytes = new MemoryStream();
            input.CopyTo(bytes);
            target(bytes.ToArray());
        });
        return 0;

    default:
        Console.Error.WriteLine($"Cdn.Fuzz {string.Join('|', FuzzTargets.All.Keys)} < input");
        return 2;
}
