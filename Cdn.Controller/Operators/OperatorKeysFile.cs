using System.Text.RegularExpressions;
using Cdn.Contracts;
using Cdn.ServiceDefaults.SharedKey;

namespace Cdn.Controller.Operators;

/// <summary>
/// The file of <c>OPERATOR_KEYS</c>: a key a line, <c>name role key</c>, with blanks between them. Empty lines and those that
/// begin with <c>#</c> are left out.
/// </summary>
internal static partial class OperatorKeysFile
{
    /// <summary>Most keys: 1,000. Each is compared with every key that somebody comes with.</summary>
    public const int MaxKeys = 1000;

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="errors">A sentence for each line that is wrong; no key is in it.</param>
    /// <returns>The keys; null if anything is wrong.</returns>
    public static IReadOnlyList<BearerKey>? Parse(string text, out IReadOnlyList<string> errors)
    {
        var (keys, wrong) = (new List<BearerKey>(), new List<string>());
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (Read(line, out var error) is not { } key)
            {
                wrong.Add($"line {number}: {error}");
            }
            else if (keys.Any(other => other.Name == key.Name))
            {
                wrong.Add($"line {number}: there are two keys named {key.Name}.");
            }
            else
            {
                keys.Add(key);
            }
        }

        if (keys.Count > MaxKeys)
        {
            wrong.Add($"there are {keys.Count} keys; at most {MaxKeys} are allowed.");
        }

        errors = wrong;
        return wrong.Count == 0 ? keys : null;
    }

    private static BearerKey? Read(string line, out string error)
    {
        var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        error = words switch
        {
            { Length: not 3 } => "it must have a name, a role and a key.",
            [var name, ..] when !NamePattern().IsMatch(name) => "a name has at most 64 letters, digits, and any of ._@-.",
            [_, var role, _] when role is not (OperatorRoles.Read or OperatorRoles.Operate) =>
                "the role must be read or operate.",
            [.., { Length: < Limits.MinSharedKeyLength }] =>
                $"the key must be at least {Limits.MinSharedKeyLength} characters long.",
            _ => "",
        };
        return error.Length > 0 ? null : BearerKey.Of(words[0], words[2], words[1]);
    }

    [GeneratedRegex("^[A-Za-z0-9._@-]{1,64}$")]
    private static partial Regex NamePattern();
}
