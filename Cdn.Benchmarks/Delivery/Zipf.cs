namespace Cdn.Benchmarks.Delivery;

/// <summary>What viewers ask for: the nth of the files 1/n as often as the first. The same draws on every run.</summary>
internal static class Zipf
{
    private const int Seed = 20_240_229;

    /// <summary>Draws indices below <paramref name="files"/>.</summary>
    public static IEnumerable<int> Draw(int files, int count)
    {
        var upTo = new double[files];
        var sum = 0.0;
        for (var i = 0; i < files; i++)
        {
            upTo[i] = sum += 1.0 / (i + 1);
        }

        var random = new Random(Seed);
        for (var i = 0; i < count; i++)
        {
            var found = Array.BinarySearch(upTo, random.NextDouble() * sum);
            yield return Math.Min(found < 0 ? ~found : found, files - 1);
        }
    }
}
