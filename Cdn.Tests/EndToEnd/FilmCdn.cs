using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.EndToEnd;

/// <summary>
/// A CDN that the tests of a class share, since starting one takes most of the time of a test. It has one film, which every
/// test leaves as
/// it was; what else a test needs it adds.
/// </summary>
public sealed class FilmCdn : IAsyncLifetime
{
    /// <summary>The film's name.</summary>
    public const string Name = "film.mp4";

    /// <summary>What <c>PURGE_GRACE</c> is set to: less than nginx's wait for a frozen replica.</summary>
    public const int PurgeGraceSeconds = 2;

    public CdnApp Cdn { get; private set; } = null!;

    /// <summary>The film's bytes: a million.</summary>
    public byte[] Film { get; private set; } = [];

    /// <summary>Where a replica keeps the film, by its content.</summary>
    public string ObjectOn(string replica)
    {
        var digest = Bytes.Digest(Film).ToString();
        return Cdn.Data.Of(replica, "objects", digest[..2], digest);
    }

    public async ValueTask InitializeAsync() => Cdn = await CdnApp.StartAsync(
        folder => Film = folder.Write(Name, 1_000_000), null, $"--PURGE_GRACE={PurgeGraceSeconds}");

    public ValueTask DisposeAsync() => Cdn.DisposeAsync();
}
