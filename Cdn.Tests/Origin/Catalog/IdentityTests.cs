using Cdn.Contracts;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Origin.Catalog;

/// <summary>One version of a file is told from another, and no two share a tag.</summary>
[StartsProcesses]
public class IdentityTests
{
    [Fact]
    public async Task OtherBytesOfTheSameSizeAndTime_WrittenOver_AreNoticed()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        var before = (await origin.PublishesAsync("a.mp4")).Videos[0];
        var time = File.GetLastWriteTimeUtc(origin.Videos.Of("a.mp4"));

        var other = Bytes.Random(10, seed: 9);
        File.WriteAllBytes(origin.Videos.Of("a.mp4"), other);
        File.SetLastWriteTimeUtc(origin.Videos.Of("a.mp4"), time);

        var after = await origin.PublishesBytesAsync("a.mp4", other);
        Assert.NotEqual(TagOf(before), TagOf(after));
    }

    [Fact]
    public async Task OtherBytesOfTheSameSizeAndTime_WhileItWasStopped_AreNoticed()
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        await origin.PublishesAsync("a.mp4");
        await origin.Service.StopAsync();
        var time = File.GetLastWriteTimeUtc(origin.Videos.Of("a.mp4"));
        var other = Bytes.Random(10, seed: 9);
        File.WriteAllBytes(origin.Videos.Of("a.mp4"), other);
        File.SetLastWriteTimeUtc(origin.Videos.Of("a.mp4"), time);

        await origin.Service.StartAsync();

        await origin.PublishesBytesAsync("a.mp4", other);
    }

    [Fact]
    public async Task TwoFilesOfTheSameSizeAndTime_Swapped_AreNoticed()
    {
        byte[] one = [], other = [];
        await using var origin = await OriginProcess.StartAsync(videos =>
        {
            (one, other) = (videos.Write("a.mp4", 10), videos.Write("b.mp4", 10, seed: 2));
            var time = DateTime.UtcNow.AddHours(-1);
            File.SetLastWriteTimeUtc(videos.Of("a.mp4"), time);
            File.SetLastWriteTimeUtc(videos.Of("b.mp4"), time);
        });
        await origin.PublishesAsync("a.mp4", "b.mp4");

        File.Move(origin.Videos.Of("a.mp4"), origin.Videos.Of("c.tmp"));
        File.Move(origin.Videos.Of("b.mp4"), origin.Videos.Of("a.mp4"));
        File.Move(origin.Videos.Of("c.tmp"), origin.Videos.Of("b.mp4"));

        await origin.PublishesBytesAsync("a.mp4", other);
        await origin.PublishesBytesAsync("b.mp4", one);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task OtherBytesUnderANameThatWasRemoved_HaveAnotherTag(bool isRestarted)
    {
        await using var origin = await OriginProcess.StartAsync(videos => videos.Write("a.mp4", 10));
        var before = (await origin.PublishesAsync("a.mp4")).Videos[0];
        File.Delete(origin.Videos.Of("a.mp4"));
        await origin.PublishesAsync();
        if (isRestarted)
        {
            await origin.Service.StopAsync();
            await origin.Service.StartAsync();
            await origin.IsReadyAsync();
        }

        File.WriteAllBytes(origin.Videos.Of("b.tmp"), Bytes.Random(10, seed: 2));
        File.SetLastWriteTimeUtc(origin.Videos.Of("b.tmp"), before.LastModified.UtcDateTime);
        File.Move(origin.Videos.Of("b.tmp"), origin.Videos.Of("a.mp4"));

        var after = (await origin.PublishesAsync("a.mp4")).Videos[0];
        Assert.NotEqual(TagOf(before), TagOf(after));
    }

    private static string TagOf(CatalogVideo video) => EntityTags.Of(video.LastModified, video.Size);
}
