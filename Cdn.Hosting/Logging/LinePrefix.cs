using System.Text.RegularExpressions;

namespace Cdn.Hosting;

/// <summary>Puts the name of its resource before a line.</summary>
internal sealed partial class LinePrefix(IEnumerable<string> names, bool colour)
{
    // The six colours that can be read on dark and on light ground, then their bright sisters.
    private static readonly int[] Colours = [36, 33, 32, 35, 34, 31, 96, 93, 92, 95, 94, 91];

    private readonly string[] _names = [.. names];

    /// <summary>Two spaces behind the longest name, and never less than ten columns.</summary>
    private int Width => Math.Max(10, _names.Select(n => n.Length).DefaultIfEmpty(0).Max() + 2);

    public string Format(string name, string content)
    {
        var padded = name.PadRight(Width);
        if (!colour)
        {
            // The processes are told to write colours; what is not a terminal has no use for them.
            return padded + Escapes().Replace(content, "");
        }

        var index = Array.IndexOf(_names, name);
        return $"\e[{Colours[Math.Max(0, index) % Colours.Length]}m{padded}\e[0m{content}\e[0m";
    }

    [GeneratedRegex(@"\x1B\[[0-9;?]*[ -/]*[@-~]")]
    private static partial Regex Escapes();
}
