using System.Globalization;

namespace Cdn.Benchmarks.Commands;

/// <summary>The arguments after a command: <c>--name value</c>, <c>--name=value</c>, or <c>--name</c> alone.</summary>
internal sealed class CommandOptions
{
    private readonly Dictionary<string, string?> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public CommandOptions(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
            {
                throw new UsageException($"'{arguments[i]}' is not an option.");
            }

            var (name, value) = (arguments[i][2..], (string?)null);
            if (name.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
            {
                (name, value) = (name[..equals], name[(equals + 1)..]);
            }
            else if (i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                value = arguments[++i];
            }

            _values[name] = value;
        }
    }

    public bool Flag(string name)
    {
        _known.Add(name);
        return _values.TryGetValue(name, out var value)
            && (value is null ? true : throw new UsageException($"--{name} takes no value; it has '{value}'."));
    }

    public string? Text(string name)
    {
        _known.Add(name);
        return _values.TryGetValue(name, out var value) ? value ?? throw new UsageException($"--{name} needs a value.") : null;
    }

    /// <summary>A whole number of at least 1.</summary>
    public int Count(string name, int otherwise) => Text(name) switch
    {
        null => otherwise,
        { } text when int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= 1 => number,
        { } text => throw new UsageException($"--{name} must be a whole number of at least 1; it is '{text}'."),
    };

    /// <summary>A number above 0.</summary>
    public double Number(string name, double otherwise) => Text(name) switch
    {
        null => otherwise,
        { } text when double.TryParse(text, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
        { } text => throw new UsageException($"--{name} must be a number above 0; it is '{text}'."),
    };

    /// <summary>Those of <paramref name="all"/> that are named, in their order; all that <paramref name="byDefault"/> says if none are.</summary>
    public IReadOnlyList<T> Pick<T>(string name, IReadOnlyList<T> all, Func<T, string> nameOf, Func<T, bool>? byDefault = null)
    {
        if (Text(name) is not { } text)
        {
            return [.. all.Where(byDefault ?? (_ => true))];
        }

        var wanted = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var one in wanted)
        {
            if (!all.Any(item => Is(item, one)))
            {
                throw new UsageException($"--{name} knows no '{one}', only: {string.Join(", ", all.Select(nameOf))}.");
            }
        }

        return [.. all.Where(item => wanted.Any(one => Is(item, one)))];

        bool Is(T item, string one) => string.Equals(nameOf(item), one, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>To be called after all options were asked for: one that nobody asked for is a mistake.</summary>
    public void RejectOthers()
    {
        if (_values.Keys.FirstOrDefault(name => !_known.Contains(name)) is { } other)
        {
            throw new UsageException($"There is no option --{other} here.");
        }
    }
}
