using System.Text;
using Cdn.Contracts;

namespace Cdn.Fuzz.Targets;

/// <summary>A name, escaped and not: what is one lies in its folder, and is the same when it is written and read again.</summary>
internal static class NameTarget
{
    private const string Folder = "/store/names/";

    public static void Run(byte[] input)
    {
        foreach (var text in (string[])[Encoding.Latin1.GetString(input), Encoding.UTF8.GetString(input)])
        {
            if (VideoName.TryParseEscaped(text, out var escaped, out var error))
            {
                IsSafe(escaped);
            }
            else
            {
                Claim.That(error.Length > 0, "there is a reason");
            }

            if (VideoName.TryParse(text, out var plain, out _))
            {
                IsSafe(plain);
                Claim.That(VideoName.CanBeginWith(text, out _), "a name is the beginning of one");
            }
        }
    }

    private static void IsSafe(VideoName name)
    {
        Claim.That(Path.GetFullPath(Path.Combine(Folder, name.Value)) == Folder + name.Value, "it lies below its folder");
        Claim.That(Encoding.UTF8.GetByteCount(name.Value) <= Limits.MaxVideoNameBytes, "it is not too long");
        Claim.That(!name.Value.Any(one => char.IsControl(one) || one == '\\'), "it has nothing that is forbidden");
        var url = name.ToUrlPath();
        Claim.That(url.All(one => one is > ' ' and <= '~' and not ('?' or '#')), "its path is a path");
        Claim.That(VideoName.TryParseEscaped(url, out var again, out _) && again == name, "its path is its own");
    }
}
