using Aspire.Hosting.Nginx.Certificates;

namespace Cdn.Tests.Infrastructure;

/// <summary>
/// The certificate of every edge of a test run: made once, so that no test depends on what the user's machine has.
/// </summary>
internal static class TestCertificate
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly NginxCertificate Made = Make();

    public static string CertificateFile => Made.CertificateFile;

    public static string KeyFile => Made.KeyFile;

    /// <summary>What clients trust.</summary>
    public static string AuthorityFile => DevelopmentCertificate.AuthorityOf(Made);

    private static NginxCertificate Make()
    {
        var certificate = DevelopmentCertificate.In(Folder.Path);
        DevelopmentCertificate.Ensure(certificate);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Dispose();
        return certificate;
    }
}
