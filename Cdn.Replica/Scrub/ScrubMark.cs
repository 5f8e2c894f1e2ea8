using Cdn.Replica.State;

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
}
