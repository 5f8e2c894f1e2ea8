namespace Cdn.Fuzz.Targets;

/// <summary>What must be true.</summary>
internal static class Claim
{
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public static void That(bool isTrue, string what)
    {
        if (!isTrue)
        {
            throw new InvalidOperationException($"Not true: {what}");
        }
    }
}
