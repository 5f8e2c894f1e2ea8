using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Programs;

namespace Cdn.Tests.Nginx.Configuration;

public class NginxBuildTests
{
    [Theory]
    [InlineData("nginx version: nginx/1.22.1\n", "1.22.1", false)]
    [InlineData("nginx version: nginx/1.26.3 (Ubuntu)\n", "1.26.3", false)]
    [InlineData("nginx version: openresty/1.27.1\n", "1.27.1", false)]
    [InlineData("nginx version: nginx/1.29.3\nconfigure arguments: --with-http_v2_module --with-http_v3_module\n", "1.29.3", true)]
    [InlineData("nginx version: nginx/1.24.0 (a branch)\nconfigure arguments: --with-http_v3_module\n", "1.24.0", false)]
    public void Read_OfWhatNginxSays_IsIt(string said, string version, bool hasHttp3) =>
        Assert.Equal(new NginxBuild(Version.Parse(version), hasHttp3), NginxBuild.Read(said));

    [Fact]
    public void Read_OfSomethingElse_IsNull() => Assert.Null(NginxBuild.Read("something else"));

    [Theory]
    [InlineData("docker.io/library/nginx:1.29", "1.29.1", true)]
    [InlineData("docker.io/library/nginx:1.24.0-alpine", "1.24.1", false)]
    [InlineData("localhost:5000/nginx:stable", "1.29.1", true)]
    [InlineData(null, "1.29.1", true)]
    public void OfTag_SaysTheSyntaxToUse(string? image, string version, bool hasHttp3) =>
        Assert.Equal(new NginxBuild(Version.Parse(version), hasHttp3), NginxBuild.OfTag(image));

    [Fact]
    public async Task Ask_WhatCannotBeRun_SaysSo()
    {
        var error = await Assert.ThrowsAsync<DistributedApplicationException>(
            () => NginxBuild.AskAsync("/no/nginx", ["-V"], TestContext.Current.CancellationToken));

        Assert.Contains("/no/nginx cannot be run", error.Message);
    }
}
