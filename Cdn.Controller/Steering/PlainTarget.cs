using System.Buffers;
using Cdn.Contracts;
using Cdn.Transfer.Sets;

namespace Cdn.Controller.Steering;

/// <summary>
/// The target of a request whose name is written as it is: of letters, digits and <c>-._~/</c> alone. Nearly all are. Such a name
/// is looked up without being made a text of its own, and the answer names it with the same characters.
/// </summary>
internal readonly ref struct PlainTarget : IKeyLookup<VideoName>
{
    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/");

    private readonly ReadOnlySpan<char> _name;

    private PlainTarget(ReadOnlySpan<char> name) => _name = name;

    public ulong StableHash => StableHashing.Of(_name);

    public bool IsFor(VideoName key) => key.Value.AsSpan().SequenceEqual(_name);

    /// <summary>Reads the path and query of a request line. Whether the name is a good one shows when it is looked up.</summary>
    public static bool TryRead(ReadOnlySpan<char> target, out PlainTarget plain)
    {
        plain = default;
        if (!target.StartsWith(Routes.Video))
        {
            return false;
        }

        var name = target[Routes.Video.Length..];
        var end = name.IndexOf('?');
        name = end < 0 ? name : name[..end];
        plain = new PlainTarget(name);
        return !name.ContainsAnyExcept(Unreserved);
    }
}
