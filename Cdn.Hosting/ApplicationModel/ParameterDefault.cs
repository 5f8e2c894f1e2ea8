using System.Security.Cryptography;

namespace Cdn.Hosting;

/// <summary>Makes the value of a parameter that is not configured.</summary>
public abstract class ParameterDefault
{
    /// <summary>The value; asked once in a run.</summary>
    public abstract string GetDefaultValue();
}

/// <summary>A random text, new in every run.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    // Letters and digits that are not mistaken for one another when read aloud or copied by hand.
    private const string LowerChars = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperChars = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string NumericChars = "0123456789";
    private const string SpecialChars = "-_.{}~()*+!";

    /// <summary>In characters; 22 carry 128 bits with all four kinds (as Aspire's default).</summary>
    public int MinLength { get; set; } = 22;

    /// <summary>Whether lower-case letters may occur.</summary>
    public bool Lower { get; set; } = true;

    /// <summary>Whether upper-case letters may occur.</summary>
    public bool Upper { get; set; } = true;

    /// <summary>Whether digits may occur.</summary>
    public bool Numeric { get; set; } = true;

    /// <summary>Whether other characters may occur.</summary>
    public bool Special { get; set; } = true;

    /// <summary>At least so many lower-case letters.</summary>
    public int MinLower { get; set; }

    /// <summary>At least so many upper-case letters.</summary>
    public int MinUpper { get; set; }

    /// <summary>At least so many digits.</summary>
    public int MinNumeric { get; set; }

    /// <summary>At least so many other characters.</summary>
    public int MinSpecial { get; set; }

    /// <inheritdoc/>
    public override string GetDefaultValue()
    {
        var kinds = new[]
        {
            (Chars: LowerChars, Allowed: Lower, Least: MinLower),
            (Chars: UpperChars, Allowed: Upper, Least: MinUpper),
            (Chars: NumericChars, Allowed: Numeric, Least: MinNumeric),
            (Chars: SpecialChars, Allowed: Special, Least: MinSpecial),
        };
        var all = string.Concat(kinds.Where(k => k.Allowed).Select(k => k.Chars));
        if (all.Length == 0 || kinds.Any(k => !k.Allowed && k.Least > 0))
        {
            throw new DistributedApplicationException("A generated parameter must allow the kinds of characters that it asks for.");
        }

        List<char> text = [.. kinds.SelectMany(k => RandomNumberGenerator.GetItems<char>(k.Chars, k.Least))];
        text.AddRange(RandomNumberGenerator.GetItems<char>(all, Math.Max(0, MinLength - text.Count)));
        var result = text.ToArray();
        RandomNumberGenerator.Shuffle(result.AsSpan());
        return new string(result);
    }
}
