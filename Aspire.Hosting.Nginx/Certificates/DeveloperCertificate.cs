using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aspire.Hosting.Nginx.Certificates;

/// <summary>The certificate for localhost that <c>dotnet dev-certs https --trust</c> makes, and Aspire and Kestrel use: browsers of this user trust it already.</summary>
internal static class DeveloperCertificate
{
    /// <summary>The extension that marks one.</summary>
    private const string Mark = "1.3.6.1.4.1.311.84.1.1";

    /// <summary>The one that is trusted and lasts longest; null if there is none.</summary>
    /// <param name="until">Up to when it has to last.</param>
    public static X509Certificate2? FindTrusted(DateTimeOffset until)
    {
        try
        {
            var trusted = In(StoreName.Root).Select(certificate => certificate.Thumbprint).ToHashSet();
            return In(StoreName.My)
                .Where(certificate => certificate.HasPrivateKey && trusted.Contains(certificate.Thumbprint) && certificate.NotAfter.ToUniversalTime() > until.UtcDateTime)
                .MaxBy(certificate => certificate.NotAfter);
        }
        catch (CryptographicException)
        {
            return null; // A user without such stores.
        }
    }

    /// <summary>Whether a certificate is one.</summary>
    public static bool Is(X509Certificate2 certificate) => certificate.Extensions.Any(extension => extension.Oid?.Value == Mark);

    /// <summary>Its private key (PKCS #8, PEM); null if it is not given out.</summary>
    public static string? ExportKeyPem(X509Certificate2 certificate)
    {
        try
        {
            using AsymmetricAlgorithm? key = certificate.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm?)certificate.GetRSAPrivateKey();
            return key?.ExportPkcs8PrivateKeyPem();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static IEnumerable<X509Certificate2> In(StoreName name)
    {
        using var store = new X509Store(name, StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
        return [.. store.Certificates.Where(Is)];
    }
}
