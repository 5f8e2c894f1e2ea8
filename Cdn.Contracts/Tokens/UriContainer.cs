using System.Buffers;
using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Cdn.Contracts.Tokens;

/// <summary>
/// <c>cdniuc</c> (RFC 9246 section 2.1.15): what a token opens, as the hash of one address, or as a regular expression that the
/// whole address has to match.
/// </summary>
public sealed class UriContainer
{
    /// <summary>Most expressions that are kept compiled: 256. Tokens of one title share one.</summary>
    private const int MaxKept = 256;

    private const string HashForm = "hash:sha-256;";
    private const string RegexForm = "regex:";

    /// <summary>A host that is nobody's (RFC 2606).</summary>
    private const string AnotherHost = "://host.invalid/";

    /// <summary>Any scheme, any host: what <see cref="ForName"/> and <see cref="ForPrefix"/> begin with.</summary>
    private const string AnyHost = "[^:]+://[^/]+" + Routes.Video;

    /// <summary>What is itself in a regular expression, of what a path has.</summary>
    private static readonly SearchValues<char> Literal =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~%/");

    private static readonly ConcurrentDictionary<string, UriContainer> Kept = new();

    private readonly byte[]? _hash;
    private readonly Regex? _regex;
    private readonly bool _isOpenEnded;
    private readonly bool _isOfQueries;
    private readonly string _afterScheme = "";

    private UriContainer(byte[] hash) => (_hash, IsOneVideo) = (hash, true);

    private UriContainer(Regex regex, string expression)
    {
        (_regex, _isOpenEnded, IsOneVideo) = (regex, OpenEnd.IsAtEndOf(expression), IsLiteral(expression));
        _isOfQueries = expression.Contains("\\?", StringComparison.Ordinal)
            || expression.Contains("[?]", StringComparison.Ordinal);
        _afterScheme = expression.IndexOf("://", StringComparison.Ordinal) is >= 0 and var at
            ? expression[at..].Replace("[.]", "\\.", StringComparison.Ordinal) // Two ways to write a dot.
            : "";
    }

    /// <summary>Whether it opens one video and no other, for certain.</summary>
    public bool IsOneVideo { get; }

    /// <summary>Opens one video, at any address of the CDN.</summary>
    public static string ForName(VideoName name) => RegexForm + AnyHost + Literally(name.ToUrlPath());

    /// <summary>
    /// Opens every video whose name begins with a text: <c>show/season1/</c> is a title, with its playlists and segments.
    /// </summary>
    /// <exception cref="ArgumentException">No name can begin so.</exception>
    public static string ForPrefix(string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);

        // A name can begin so if it can go on behind it.
        return VideoName.TryParse(prefix + "x", out var name, out var error)
            ? RegexForm + AnyHost + Literally(name.ToUrlPath()[..^1]) + ".*"
            : throw new ArgumentException(error, nameof(prefix));
    }

    /// <summary>Opens one address, scheme and host included, by its hash.</summary>
    public static string ForUri(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        return HashForm + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(uri.AbsoluteUri)));
    }

    /// <summary>Reads the claim; null if it is neither form, or no expression.</summary>
    public static UriContainer? TryParse(string claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        if (claim.StartsWith(HashForm, StringComparison.OrdinalIgnoreCase))
        {
            // RFC 6920 has the URL's alphabet, and the examples of RFC 9246 the other one.
            var text = claim[HashForm.Length..].Replace('+', '-').Replace('/', '_');
            return StrictText.TryDecode(text, out var hash) && hash.Length == SHA256.HashSizeInBytes
                ? new UriContainer(hash) : null;
        }

        if (!claim.StartsWith(RegexForm, StringComparison.Ordinal))
        {
            return null;
        }

        if (Kept.TryGetValue(claim, out var kept))
        {
            return kept;
        }

        if (TryCompile(claim[RegexForm.Length..]) is not { } compiled)
        {
            return null;
        }

        if (Kept.Count >= MaxKept)
        {
            Kept.Clear();
        }

        return Kept[claim] = compiled;
    }

    /// <summary>
    /// Whether an address may be asked for. What a client can write into it as he likes decides nothing: a query counts only for
    /// an expression that has a question mark itself, and the host only for one that names it.
    /// </summary>
    public bool Matches(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (_regex is null)
        {
            return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(uri)), _hash);
        }

        return (_isOfQueries || !uri.Contains('?', StringComparison.Ordinal))
            && _regex.IsMatch(uri)
            && (Names(HostOf(uri)) || _regex.IsMatch(uri.Replace(HostOf(uri), AnotherHost, StringComparison.Ordinal)));
    }

    /// <summary>
    /// Whether everything below a folder may be asked for, whatever it is. True only where that can be proven: the expression
    /// ends in <c>.*</c>, and matches the folder itself.
    /// </summary>
    /// <param name="folder">Its address, with a slash at the end.</param>
    public bool CoversFolder(string folder) => _isOpenEnded && Matches(folder);

    /// <summary>Linear in the length of the address, whatever the expression (no backtracking).</summary>
    private static UriContainer? TryCompile(string expression)
    {
        if (expression.Contains("[:", StringComparison.Ordinal))
        {
            return null; // A class of POSIX, which .NET reads as something else.
        }

        try
        {
            _ = new Regex(expression, RegexOptions.NonBacktracking); // Alone: it must not close our group and open another one.
            var whole = new Regex(
                $@"\A(?:{expression})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline);
            return new UriContainer(whole, expression);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary><c>://host:port/</c> of an address.</summary>
    private static string HostOf(string uri)
    {
        var start = uri.IndexOf("://", StringComparison.Ordinal);
        var end = start < 0 ? -1 : uri.IndexOf('/', start + "://".Length);
        return end < 0 ? uri : uri[start..(end + 1)];
    }

    /// <summary>Whether the expression has this host, letter by letter, right behind the scheme.</summary>
    private bool Names(string host) =>
        _afterScheme.StartsWith(host, StringComparison.Ordinal)
            || _afterScheme.StartsWith(Regex.Escape(host), StringComparison.Ordinal);

    /// <summary>Whether it is what <see cref="ForName"/> writes.</summary>
    private static bool IsLiteral(string expression) =>
        expression.StartsWith(AnyHost, StringComparison.Ordinal)
        && !expression[AnyHost.Length..].Replace("\\.", "", StringComparison.Ordinal).AsSpan().ContainsAnyExcept(Literal);

    /// <summary>A path in a regular expression. Of what a path has, only these mean something there.</summary>
    private static string Literally(string path) => path.Replace(".", "\\.", StringComparison.Ordinal);
}
