namespace Cdn.Contracts.Tokens;

/// <summary>
/// Whether a regular expression accepts everything that begins as something that it accepts: it ends in <c>.*</c>, outside of any
/// group, and nothing in it looks around. Says no where it is not sure.
/// </summary>
internal static class OpenEnd
{
    private const string Anything = ".*";

    public static bool IsAtEndOf(string expression)
    {
        if (!expression.EndsWith(Anything, StringComparison.Ordinal))
        {
            return false;
        }

        var text = expression.AsSpan(0, expression.Length - Anything.Length);
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    if (i == text.Length || char.IsLetterOrDigit(text[i]))
                    {
                        return false; // It escapes the dot, or is an anchor, a class or a reference.
                    }

                    break;
                case '[':
                    i = EndOfClass(text, i);
                    if (i < 0)
                    {
                        return false;
                    }

                    break;
                case '(' when i + 1 < text.Length && text[i + 1] == '?':
                case '|' when depth == 0:
                case '$':
                case '^' when i > 0:
                    return false;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
            }
        }

        return depth == 0;
    }

    /// <summary>Where a class of characters ends; -1 if it does not, or has another one in it.</summary>
    private static int EndOfClass(ReadOnlySpan<char> text, int start)
    {
        var first = start + 1 < text.Length && text[start + 1] == '^' ? start + 2 : start + 1;
        for (var i = first; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\' or '[':
                    return -1;
                case ']' when i > first:
                    return i;
            }
        }

        return -1;
    }
}
