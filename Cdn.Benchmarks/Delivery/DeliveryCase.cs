using Cdn.Benchmarks.Media;

namespace Cdn.Benchmarks.Delivery;

/// <summary>One kind of traffic.</summary>
/// <param name="Name">As it stands in the rows.</param>
/// <param name="Files">What is asked for; more than one: by <see cref="Zipf"/>.</param>
/// <param name="Requests">Of one run, at about 3 s; the same for every subject.</param>
/// <param name="Clients">Connections.</param>
/// <param name="Streams">Requests at a time on each connection.</param>
/// <param name="BodySize">Bytes of every answer.</param>
/// <param name="Range">Value of a <c>Range</c> header.</param>
/// <param name="Cold">Whether the page cache is emptied before each request.</param>
internal sealed record DeliveryCase(
    string Name, IReadOnlyList<MediaFile> Files, int Requests, int Clients, int Streams, long BodySize,
    string? Range = null, bool Cold = false)
{
    private static readonly MediaFile _big = new("1gb.bin", 1_000_000_000);
    private static readonly MediaFile _middle = new("100mb.bin", 100_000_000);
    private static readonly MediaFile _megabyte = new("1mb.bin", 1_000_000);
    private static readonly MediaFile _segment = new("64k.bin", 65_536);

    public static IReadOnlyList<DeliveryCase> All { get; } =
    [
        new("1 GB file", [_big], 3, 1, 1, _big.Size),
        new("100 MB file", [_middle], 20, 2, 1, _middle.Size),
        new("100 MB file (cold)", [_middle], 5, 1, 1, _middle.Size, Cold: true),
        new("1 MiB range", [_middle], 2000, 4, 4, 1 << 20, Range: "bytes=33554432-34603007"),
        new("1 MB segment", [_megabyte], 2000, 4, 4, _megabyte.Size),
        new("64 KiB segment", [_segment], 30_000, 8, 8, _segment.Size),
        new("small files", MediaFile.SmallOnes, 30_000, 8, 8, MediaLibrary.SmallFileSize),
    ];

    /// <summary>Whether its CPU is told per GB; else per request.</summary>
    public bool IsBig => BodySize >= 100_000_000;

    public string CpuUnit => IsBig ? "CPU s/GB" : "CPU µs/request";

    /// <summary>CPU of a run in <see cref="CpuUnit"/>.</summary>
    public double CpuFigure(double cpuSeconds, long requests) =>
        IsBig ? cpuSeconds / (requests * BodySize / 1e9) : cpuSeconds * 1e6 / requests;

    /// <summary>The same case with longer or shorter runs, never with less than a request per connection.</summary>
    public DeliveryCase Lasting(double seconds) =>
        this with { Requests = Math.Max(Clients, (int)Math.Round(Requests * seconds / 3)) };
}
