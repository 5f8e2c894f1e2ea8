using System.Diagnostics;
using System.Text.RegularExpressions;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Live;

/// <summary>
/// What ffmpeg does when it packages live: the playlist that is published is at most a segment behind, and whole.
/// </summary>
[StartsProcesses]
public partial class LiveTests
{
    private const int Seconds = 6;

    [Theory]
    [InlineData("hls", "-f hls -hls_time 1 -hls_list_size 4 -hls_flags delete_segments+temp_file", "live.m3u8")]
    [InlineData("hls in place", "-f hls -hls_time 1 -hls_list_size 4 -hls_flags delete_segments", "live.m3u8")]
    [InlineData("dash", "-f dash -seg_duration 1 -window_size 4 -extra_window_size 1", "live.mpd")]
    public async Task Packager_RunningLive_IsFollowedWithinASegment(string name, string format, string playlist)
    {
        if (!Shell.Has("ffmpeg"))
        {
            Assert.Skip("ffmpeg is not installed.");
        }

        await using var origin = await OriginProcess.StartAsync();
        using var ffmpeg = Start(format, origin.Videos.Of(playlist));
        List<string> late = [];
        var seen = new HashSet<string>();
        while (!ffmpeg.HasExited)
        {
            var before = Newest(origin.Videos.Of(playlist));
            var started = Stopwatch.StartNew();
            if (await GetAsync(origin, playlist) is { } published)
            {
                seen.Add(published);
                Assert.True(IsWhole(published), published);
                if (before > 0 && NewestOf(published) < before - 1)
                {
                    late.Add($"{NewestOf(published)} instead of {before} after {started.Elapsed}");
                }
            }
        }

        Assert.True(ffmpeg.ExitCode == 0, await ffmpeg.StandardError.ReadToEndAsync());
        Assert.True(late.Count == 0, $"{name}: {string.Join(", ", late.Take(5))}");
        Assert.True(seen.Count > Seconds / 2, $"{name}: {seen.Count} versions were seen.");
        var last = await File.ReadAllBytesAsync(origin.Videos.Of(playlist));
        await origin.PublishesBytesAsync(playlist, last);
        Assert.True(origin.Service.Log.Split('\n').Length < 20, origin.Service.Log);
    }

    private static Process Start(string format, string path)
    {
        string[] arguments =
        [
            "-v", "error", "-nostdin", "-re", "-f", "lavfi", "-i", $"testsrc=duration={Seconds}:size=160x90:rate=10",
            "-c:v", "libx264", "-preset", "ultrafast", "-g", "10", "-keyint_min", "10", "-sc_threshold", "0", .. format.Split(' '), path,
        ];
        return Process.Start(new ProcessStartInfo("ffmpeg", arguments) { RedirectStandardError = true })!;
    }

    private static async Task<string?> GetAsync(OriginProcess origin, string playlist)
    {
        using var response = await origin.Service.Http.GetAsync("/video/" + playlist);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync() : null;
    }

    private static bool IsWhole(string text) => text.StartsWith("#EXTM3U", StringComparison.Ordinal)
        ? text.EndsWith('\n')
        : text.TrimEnd().EndsWith("</MPD>", StringComparison.Ordinal);

    private static int Newest(string path)
    {
        try
        {
            return NewestOf(File.ReadAllText(path));
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>
    /// The number of the last segment that it names: the last one of a list, or the first one and the entries of a timeline.
    /// </summary>
    private static int NewestOf(string text)
    {
        var segments = Segment().Matches(text);
        if (segments.Count > 0)
        {
            return int.Parse(segments[^1].Groups[1].Value);
        }

        var first = StartNumber().Match(text);
        return first.Success
            ? int.Parse(first.Groups[1].Value) + Entry().Matches(text).Sum(entry => 1 + (entry.Groups[1].Success ? int.Parse(entry.Groups[1].Value) : 0)) - 1
            : 0;
    }

    [GeneratedRegex(@"live(\d+)\.ts")]
    private static partial Regex Segment();

    [GeneratedRegex("startNumber=\"(\\d+)\"")]
    private static partial Regex StartNumber();

    [GeneratedRegex("<S [^>]*?(?:r=\"(\\d+)\" )?/>")]
    private static partial Regex Entry();
}
