using System.Diagnostics;
using Cdn.Contracts;
using Cdn.Controller.Steering;

namespace Cdn.Tests.Controller.Steering;

/// <summary>What a trace says of a redirect.</summary>
public sealed class RedirectSpanTests
{
    [Theory]
    [InlineData(SteeringResult.Redirect, "replica2", "", "cdn.video=film.mp4 cdn.steering.policy=round-robin cdn.replica=replica2")]
    [InlineData(SteeringResult.Redirect, "replica2", "replica1", "cdn.video=film.mp4 cdn.steering.policy=round-robin cdn.replica=replica2 cdn.steering.failed_replica=replica1")]
    [InlineData(SteeringResult.Unknown, "", "", "cdn.video=film.mp4 cdn.steering.policy=round-robin cdn.reason=unknown")]
    [InlineData(SteeringResult.HoldersDown, "", "replica1", "cdn.video=film.mp4 cdn.steering.policy=round-robin cdn.reason=holders-down cdn.steering.failed_replica=replica1")]
    public void Describe_Decision_NamesVideoReplicaAndReason(object result, string replica, string failed, string tags)
    {
        using var span = new Activity("request");

        Redirector.Describe(span, VideoName.Parse("film.mp4"), (SteeringResult)result, replica, failed, "round-robin");

        Assert.Equal(tags, string.Join(' ', span.Tags.Select(tag => $"{tag.Key}={tag.Value}")));
    }
}
