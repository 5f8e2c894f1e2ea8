using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cdn.Tests.Infrastructure;

/// <summary>Certificates that nobody trusts.</summary>
internal static class SelfSigned
{
    public static (string CertificateFile, string KeyFile) Write(TemporaryFolder folder, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(folder.Of($"{name}.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(folder.Of($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        return (folder.Of($"{name}.crt"), folder.Of($"{name}.key"));
    }
}
