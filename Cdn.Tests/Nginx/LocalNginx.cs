using System.Diagnostics;
using Aspire.Hosting.Nginx.Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Programs;
using Aspire.Hosting.Nginx.Running;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Nginx;

/// <summary>The nginx of this machine.</summary>
internal static class LocalNginx
{
    public static string Path => CommandPath.Find("nginx") ?? "nginx";

    public static Task<NginxBuild> BuildAsync() => NginxBuild.AskAsync(Path, ["-V"], TestContext.Current.CancellationToken);

    public static NginxCertificate MakeCertificate(TemporaryFolder folder)
    {
        var certificate = DevelopmentCertificate.In(folder.Path);
        DevelopmentCertificate.Ensure(certificate);
        return certificate;
    }

    /// <summary>Asserts that it takes a configuration, and has nothing to say of it.</summary>
    public static async Task TakesAsync(TemporaryFolder run)
    {
        Directory.CreateDirectory(run.Of("temp"));
        using var nginx = Process.Start(new ProcessStartInfo(
            Path, ["-t", "-p", run.Path, "-c", run.Of("nginx.conf"), "-e", "stderr"]) { RedirectStandardError = true })!;
        var said = await nginx.StandardError.ReadToEndAsync();
        await nginx.WaitForExitAsync();
        Assert.Contains("test is successful", said);
        Assert.DoesNotContain("[warn]", said);
    }
}
