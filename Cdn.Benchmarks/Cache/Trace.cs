namespace Cdn.Benchmarks.Cache;

/// <summary>
/// Generated demand: objects by Zipf's law, of which some are asked for once and never again, and a catalog whose favourites change.
/// The same on every run.
/// </summary>
/// <param name="Name">What it is like.</param>
/// <param name="Exponent">Of Zipf's law: the nth object is asked for n^-exponent as often as the first.</param>
/// <param name="OnceShare">Share of the requests that go to objects that are asked for once.</param>
/// <param name="Drift">Requests after which the favourite is wanted no more, and all others move up by one; 0 for never.</param>
/// <param name="Sizes">Whether objects have sizes from 1 to 1,000 MB, small ones more often; else all are of 10 MB.</param>
internal sealed record Trace(string Name, double Exponent, double OnceShare = 0, int Drift = 0, bool Sizes = false)
{
    public const int Objects = 100_000;
    public const int Requests = 2_000_000;
    private const int Seed = 20_240_418;

    public static IReadOnlyList<Trace> All { get; } =
    [
        new("Zipf 0.7", 0.7),
        new("Zipf 1.0", 1.0),
        new("Zipf 1.2", 1.2),
        new("Zipf 1.0, sizes", 1.0, Sizes: true),
        new("Zipf 1.0, ⅓ once", 1.0, OnceShare: 1.0 / 3),
        new("Zipf 1.0, changing", 1.0, Drift: 200),
    ];

    /// <summary>The requests, in their order.</summary>
    public (int Key, long Size)[] Generate()
    {
        var upTo = new double[Objects];
        var sum = 0.0;
        for (var i = 0; i < Objects; i++)
        {
            upTo[i] = sum += Math.Pow(i + 1, -Exponent);
        }

        var random = new Random(Seed);
        var once = Objects;
        var requests = new (int, long)[Requests];
        for (var i = 0; i < Requests; i++)
        {
            int key;
            if (random.NextDouble() < OnceShare)
            {
                key = once++;
            }
            else
            {
                var found = Array.BinarySearch(upTo, random.NextDouble() * sum);
                var rank = Math.Min(found < 0 ? ~found : found, Objects - 1);
                key = Drift == 0 ? rank : (rank + (i / Drift)) % Objects;
            }

            requests[i] = (key, SizeOf(key));
        }

        return requests;
    }

    /// <summary>Bytes of all objects that are asked for more than once.</summary>
    public long Bytes() => Enumerable.Range(0, Objects).Sum(SizeOf);

    private long SizeOf(int key)
    {
        const long MegaByte = 1_000_000;
        if (!Sizes)
        {
            return 10 * MegaByte;
        }

        // 10^0 to 10^3 MB, evenly on that scale, whatever the rank.
        var hash = (uint)key * 2_654_435_761u;
        return (long)(MegaByte * Math.Pow(10, 3.0 * hash / uint.MaxValue));
    }
}
