using Cdn.Contracts;
using Cdn.Contracts.Tokens;
using Cdn.ServiceDefaults.Tokens;
using Microsoft.Extensions.Options;

namespace Cdn.Controller.Tokens;

/// <summary>What one door says to a revocation.</summary>
/// <param name="Door">Its name.</param>
/// <param name="Done">Whether it refuses from now on, or lets in again.</param>
/// <param name="Reason">Why it does not.</param>
internal sealed record DoorReceipt(string Door, bool Done, string? Reason = null);

/// <summary>What is revoked, at all doors of this machine.</summary>
internal sealed class Revocations(IOptions<TokenOptions> options, TimeProvider time)
{
    private readonly RevocationFolder[] _doors =
    [
        .. options.Value.RevokedFolders
            .OrderBy(door => door.Key, StringComparer.Ordinal)
            .Select(door => new RevocationFolder(door.Key, door.Value)),
    ];

    private readonly Lock _one = new();

    /// <summary>Whether there is a door at which something could be revoked.</summary>
    public bool HasDoors => _doors.Length > 0;

    /// <summary>Revokes at every door.</summary>
    /// <returns>A receipt from each; null if there are <see cref="Limits.MaxRevocations"/> already.</returns>
    public IReadOnlyList<DoorReceipt>? Add(RevokedKind kind, string value, DateTimeOffset? until)
    {
        var revocation = new Revocation(kind, value, time.GetUtcNow(), until);
        lock (_one)
        {
            return _doors.Any(door => !door.Has(revocation.Id) && door.CountUpTo(Limits.MaxRevocations) == Limits.MaxRevocations)
                ? null
                : [.. _doors.Select(door => Receive(door, () => door.Add(revocation), () => door.Has(revocation.Id)))];
        }
    }

    /// <summary>Lifts one at every door.</summary>
    /// <returns>A receipt from each; null if it was at none.</returns>
    public IReadOnlyList<DoorReceipt>? Lift(RevokedKind kind, string value)
    {
        var id = RevocationId.Of(kind, value);
        lock (_one)
        {
            return Array.Exists(_doors, door => door.Has(id))
                ? [.. _doors.Select(door => Receive(door, () => door.Remove(id), () => !door.Has(id)))]
                : null;
        }
    }

    /// <summary>All of them, the latest first.</summary>
    public IReadOnlyList<Revocation> List() =>
        [.. _doors.SelectMany(door => door.All()).DistinctBy(one => one.Id).OrderByDescending(one => one.At)];

    /// <summary>
    /// Removes those that no valid token can be hit by any more, and gives a door that was away, or is new, what the others have.
    /// </summary>
    /// <returns>How many went, and the doors that could not be tidied.</returns>
    public (int Gone, IReadOnlyList<DoorReceipt> Away) Tidy()
    {
        var now = time.GetUtcNow();
        lock (_one)
        {
            var revocations = List().ToLookup(revocation => revocation.Until < now);
            var gone = new HashSet<string>();
            var receipts = _doors.Select(door => Receive(door, () => Tidy(door), () => true)).ToList();
            return (gone.Count, receipts.FindAll(receipt => !receipt.Done));

            void Tidy(RevocationFolder door)
            {
                gone.UnionWith(revocations[true].Select(over => over.Id).Where(door.Remove));
                if (_doors.Length > 1)
                {
                    revocations[false].Where(revocation => !door.Has(revocation.Id)).ToList().ForEach(door.Add);
                }
            }
        }
    }

    private static DoorReceipt Receive(RevocationFolder door, Action change, Func<bool> isSo)
    {
        try
        {
            change();
            return new DoorReceipt(door.Door, isSo());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new DoorReceipt(door.Door, Done: false, e.Message);
        }
    }
}
