using Cdn.Fuzz.Targets;

namespace Cdn.Fuzz;

/// <summary>
/// What takes bytes from outside, each with what must be true of it whatever the bytes are. It throws where that is not so, or
/// lets through what the code throws and should not.
/// </summary>
internal static class FuzzTargets
{
    public static readonly SortedDictionary<string, Action<byte[]>> All = new(StringComparer.Ordinal)
    {
        ["batch"] = BatchTarget.Run,
        ["names"] = NameTarget.Run,
        ["push"] = PushTarget.Run,
        ["ranges"] = RangeTarget.Run,
        ["steering"] = SteeringTarget.Run,
        ["tokens"] = TokenTarget.Run,
    };
}
