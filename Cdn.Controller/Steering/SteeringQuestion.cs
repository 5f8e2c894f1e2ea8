using System.Globalization;

namespace Cdn.Controller.Steering;

/// <summary>What a player says of itself when it asks where to go (RFC 8216bis section 7.2; ETSI TS 103 998 for DASH).</summary>
/// <param name="Protocol"><c>hls</c> or <c>dash</c>; <c>none</c> if it says nothing.</param>
/// <param name="Pathways">Where it has been: one pathway by HLS, some by DASH.</param>
/// <param name="BitsPerSecond">How fast it was there, by its own measure; null if it does not say.</param>
internal sealed record SteeringQuestion(string Protocol, IReadOnlyList<string> Pathways, double? BitsPerSecond)
{
    /// <summary>Fastest that is believed: 1 Tbit/s. A client can say anything, and a mean should survive that.</summary>
    private const double MostBitsPerSecond = 1e12;

    /// <summary>Reads the query. What makes no sense in it is left out.</summary>
    public static SteeringQuestion Read(IQueryCollection query)
    {
        foreach (var (protocol, prefix) in ((string, string)[])[("hls", "_HLS_"), ("dash", "_DASH_")])
        {
            var (pathway, throughput) = (query[prefix + "pathway"].ToString(), query[prefix + "throughput"].ToString());
            if (pathway.Length + throughput.Length > 0)
            {
                return new SteeringQuestion(protocol, Words(pathway), Number(Words(throughput)));
            }
        }

        return new SteeringQuestion("none", [], null);
    }

    /// <summary>A list, in quotes or without: both are about, and players differ.</summary>
    private static string[] Words(string value) => value.Split(
        [',', '"'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static double? Number(string[] words) =>
        words.Length > 0
            && double.TryParse(words[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        && number is > 0 and <= MostBitsPerSecond
            ? number
            : null;
}
