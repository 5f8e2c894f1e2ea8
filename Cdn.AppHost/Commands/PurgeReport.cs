using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Cdn.AppHost.Terminal;
using Cdn.Contracts;

namespace Cdn.AppHost.Commands;

/// <summary>What the operator's API answers to a purge.</summary>
/// <param name="Number">Its number in the origin's log.</param>
/// <param name="Milliseconds">Time until the last receipt.</param>
/// <param name="Receipts">One per replica.</param>
internal sealed record PurgeReport(long Number, double Milliseconds, ImmutableArray<PurgeReceipt> Receipts)
{
    /// <summary>A sentence for the notification.</summary>
    public string InWords(PurgeRequest request)
    {
        var away = Receipts.Where(receipt => receipt.Status == "unreachable").Select(receipt => receipt.Replica).ToList();
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"Purge {Number} ({request.What}): {Receipts.Length - away.Count} of {Receipts.Length} replicas"
            + $" have confirmed within {Milliseconds:0} ms.");
        return away.Count == 0
            ? text
            : $"{text} {string.Join(", ", away)} could not be reached;"
                + " it gets no requests for what was purged, and purges it when it is back.";
    }

    /// <summary>The receipts in Markdown.</summary>
    public string AsTable()
    {
        var table = new StringBuilder("| replica | receipt | videos | bytes | after |\n|---|---|---|---|---|\n");
        foreach (var receipt in Receipts)
        {
            var status = receipt.Reason is null ? receipt.Status : $"{receipt.Status}: {receipt.Reason}";
            var bytes = Quantities.InWords(receipt.Bytes);
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {receipt.Replica} | {status} | {receipt.Videos} | {bytes} | {receipt.Milliseconds:0} ms |\n");
        }

        return table.ToString();
    }
}

/// <summary>What one replica says of a purge: <c>purged</c>, <c>not-held</c> or <c>unreachable</c>.</summary>
internal sealed record PurgeReceipt(string Replica, string Status, int Videos, long Bytes, double Milliseconds, string? Reason);
