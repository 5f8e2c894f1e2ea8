using Cdn.Contracts;
using Cdn.Replica.State;
using Cdn.Transfer.Sets;

namespace Cdn.Replica.Scrub;

/// <summary>How far scrubbing has come, so that a replica that restarts often still gets through its store.</summary>
internal static class ScrubMark
{
    /// <summary>The digest that was verified last; empty if a pass begins.</summary>
    public static string Read(StoreLayout layout)
    {
        try
        {
            return File.ReadAllText(layout.Scrubbed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public static void Write(StoreLayout layout, string digest)
    {
        try
        {
            File.WriteAllText(layout.Scrubbed, digest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that takes nothing: /health says so. The pass goes on, and begins anew after a restart.
        }
    }

    /// <summary>
    /// The objects from a mark on. A bucket of the map is a prefix of digests, so all of them are in the order of their first 16
    /// bits; of what is in the bucket of the mark, some fifteen of a million, the rest waits for the next pass.
    /// </summary>
    public static IEnumerable<HeldObject> From(string mark, PersistentMap<Sha256Digest, HeldObject> objects)
    {
        var first = Sha256Digest.TryParseHex(mark, out var digest) ? BucketRange.Of(digest.StableHash) + 1 : 0;
        return first == BucketRange.Count ? [] : objects.In(new BucketRange(first, BucketRange.Count)).Select(item => item.Value);
    }
}
