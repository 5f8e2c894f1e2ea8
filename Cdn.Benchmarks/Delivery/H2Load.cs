using System.Globalization;
using System.Text.RegularExpressions;
using Cdn.Benchmarks.Processes;

namespace Cdn.Benchmarks.Delivery;

/// <summary>nghttp2's load generator: TLS and HTTP/2, one thread.</summary>
internal static partial class H2Load
{
    public const string Program = "h2load";

    /// <summary>Sends so many requests for these addresses, in their order on every connection.</summary>
    /// <param name="list">The addresses: a file with one on each line.</param>
    public static async Task<LoadResult> RunAsync(
        string list, int requests, int clients, int streams, string? range, long bodySize, CancellationToken cancellationToken)
    {
        List<string> arguments = ["-n", $"{requests}", "-c", $"{clients}", "-m", $"{streams}", "-i", list];
        if (range is not null)
        {
            arguments.AddRange(["-H", $"range: {range}"]);
        }

        return Read(await Tool.RunAsync(Program, arguments, cancellationToken), requests, bodySize);
    }

    /// <summary>An answer that is missing, not a 2xx, or of the wrong length is an error: a server that fails fast is not fast.</summary>
    private static LoadResult Read(string output, int requests, long bodySize)
    {
        if (Finished().Match(output) is not { Success: true } finished
            || Succeeded().Match(output) is not { Success: true } succeeded
            || Statuses().Match(output) is not { Success: true } statuses
            || Data().Match(output) is not { Success: true } data)
        {
            return new LoadResult(0, requests, 0, $"{Program} said nothing that is understood: {output}");
        }

        var seconds = double.Parse(finished.Groups[1].Value, CultureInfo.InvariantCulture) * finished.Groups[2].Value switch
        {
            "us" => 1e-6,
            "ms" => 1e-3,
            _ => 1,
        };
        var bytes = long.Parse(data.Groups[1].Value, CultureInfo.InvariantCulture);
        var error = succeeded.Groups[1].Value != $"{requests}" ? $"{succeeded.Groups[1].Value} of {requests} requests succeeded"
            : statuses.Groups[1].Value != $"{requests}" ? $"not every answer was a 2xx: {statuses.Value}"
            : bytes != requests * bodySize ? $"{bytes:N0} bytes came, not {requests * bodySize:N0}"
            : null;
        return new LoadResult(seconds, requests, bytes, error);
    }

    [GeneratedRegex(@"finished in ([\d.]+)(us|ms|s)")]
    private static partial Regex Finished();

    [GeneratedRegex(@"(\d+) succeeded")]
    private static partial Regex Succeeded();

    [GeneratedRegex(@"status codes: (\d+) 2xx.*")]
    private static partial Regex Statuses();

    [GeneratedRegex(@"\((\d+)\) data")]
    private static partial Regex Data();
}
