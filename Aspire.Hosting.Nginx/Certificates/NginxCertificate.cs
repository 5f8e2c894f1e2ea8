using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aspire.Hosting.Nginx.Certificates;

/// <summary>Files of a certificate.</summary>
/// <param name="CertificateFile">PEM, the server's certificate first.</param>
/// <param name="KeyFile">PEM, its private key.</param>
/// <param name="MakeIfMissing">Whether a development certificate takes its place when there is none.</param>
internal sealed record NginxCertificate(string CertificateFile, string KeyFile, bool MakeIfMissing)
{
    /// <summary>Finds out before nginx does whether it can use a certificate.</summary>
    /// <exception cref="DistributedApplicationException">It cannot; one sentence says why.</exception>
    public void Validate()
    {
        foreach (var file in (string[])[CertificateFile, KeyFile])
        {
            if (!File.Exists(file))
            {
                throw new DistributedApplicationException($"The certificate file {file} is not there.");
            }
        }

        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);
            if (pair.NotAfter < DateTime.Now)
            {
                throw new DistributedApplicationException(
                    $"The certificate {CertificateFile} ended on {pair.NotAfter:yyyy-MM-dd}.");
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException(
                $"The certificate {CertificateFile} cannot be used with the key {KeyFile}: {e.Message.TrimEnd('.')}.");
        }
    }
}
