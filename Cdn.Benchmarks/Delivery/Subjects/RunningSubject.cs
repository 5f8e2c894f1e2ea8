using Cdn.Benchmarks.Measuring;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery.Subjects;

/// <summary>A server that is up.</summary>
/// <param name="name">As in <see cref="Subject.Name"/>.</param>
/// <param name="address">Where its files are, with a slash at the end.</param>
/// <param name="processes">All that serve; their CPU time and that of everything below them counts.</param>
/// <param name="originLog">For a cache: the access log of what it fetches from. It must not grow while hits are measured.</param>
internal sealed class RunningSubject(
    string name, Uri address, IReadOnlyList<IAsyncDisposable> processes, IReadOnlyList<int> ids, string? originLog = null)
    : IAsyncDisposable
{
    public string Name => name;

    public Uri Address => address;

    public double CpuSeconds() => ProcessTree.CpuSeconds(ids);

    /// <summary>Requests that a cache has not answered itself, in bytes of its origin's log; 0 for what is no cache.</summary>
    public long Misses => originLog is null ? 0 : new FileInfo(originLog).Length;

    /// <summary>What is in front is stopped first.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in processes)
        {
            await process.DisposeAsync();
        }
    }

    public static RunningSubject Of(string name, int port, IReadOnlyList<ServerProcess> processes, string? originLog = null) =>
        new(name, new Uri($"https://127.0.0.1:{port}/"), processes, [.. processes.Select(process => process.Id)], originLog);
}
