using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cdn.Benchmarks.Processes;

/// <summary>One certificate for all servers, so that none has a cheaper handshake: ECDSA P-256, as the CDN's own development certificate.</summary>
/// <param name="CertificateFile">PEM.</param>
/// <param name="KeyFile">PEM, PKCS#8.</param>
/// <param name="BothFile">Key and certificate in one file, as hitch wants it.</param>
internal sealed record ServerCertificate(string CertificateFile, string KeyFile, string BothFile)
{
    public const string Subject = "CN=localhost";

    public static ServerCertificate Create(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(7));

        var made = new ServerCertificate(
            Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"), Path.Combine(folder, "tls.pem"));
        File.WriteAllText(made.CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(made.KeyFile, key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(made.BothFile, $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
        return made;
    }
}
