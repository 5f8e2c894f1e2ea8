using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aspire.Hosting.Nginx.Certificates;

/// <summary>
/// A certificate for localhost, 127.0.0.1 and ::1, signed by an authority of its own. That one's key is thrown away as soon as it
/// has signed, so whoever trusts <c>ca.crt</c> trusts this one certificate and no other.
/// </summary>
internal static class DevelopmentCertificate
{
    /// <summary>Days that it is valid: 365. A new one is made when less than a week is left.</summary>
    private const int ValidDays = 365;

    private const int RenewDays = 7;

    private const string AuthorityName = "CN=Aspire.Hosting.Nginx development authority";

    /// <summary>Time that another process may take to make the same files: 10 s.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    /// <summary>The files of a certificate in a folder.</summary>
    public static NginxCertificate In(string folder) =>
        new(Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"), MakeIfMissing: true);

    /// <summary>The authority that clients trust, beside a certificate that was made here.</summary>
    public static string AuthorityOf(NginxCertificate certificate) =>
        Path.Combine(Path.GetDirectoryName(certificate.CertificateFile)!, "ca.crt");

    /// <summary>
    /// Makes the certificate if neither file is there, or renews one that was made here. Never touches another.
    /// </summary>
    public static void Ensure(NginxCertificate certificate, TimeProvider? time = null)
    {
        var now = (time ?? TimeProvider.System).GetUtcNow();
        var folder = Path.GetDirectoryName(certificate.CertificateFile)!;
        Directory.CreateDirectory(folder);
        using var exclusive = Lock(Path.Combine(folder, ".lock"));
        if (!IsThere(certificate) || (IsOurs(certificate) && IsEnding(certificate, now)))
        {
            Make(certificate, now);
        }
    }

    /// <summary>Whether somebody has put a certificate of their own there: it is theirs to renew.</summary>
    public static bool IsTheirs(NginxCertificate certificate) => IsThere(certificate) && !IsOurs(certificate);

    /// <summary>
    /// Whether the authority beside it has signed it. The file alone says nothing: it stays when somebody puts a certificate of
    /// their own in the folder.
    /// </summary>
    public static bool IsOurs(NginxCertificate certificate)
    {
        try
        {
            using var authority = X509CertificateLoader.LoadCertificateFromFile(AuthorityOf(certificate));
            using var current = X509CertificateLoader.LoadCertificateFromFile(certificate.CertificateFile);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
            chain.ChainPolicy.CustomTrustStore.Add(authority);
            return authority.Subject == AuthorityName && current.Issuer == AuthorityName && chain.Build(current);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false; // Not for us to replace; it is validated before it is used.
        }
    }

    private static bool IsThere(NginxCertificate certificate) =>
        File.Exists(certificate.CertificateFile) || File.Exists(certificate.KeyFile);

    private static bool IsEnding(NginxCertificate certificate, DateTimeOffset now)
    {
        using var current = X509CertificateLoader.LoadCertificateFromFile(certificate.CertificateFile);
        return current.NotAfter.ToUniversalTime() < now.UtcDateTime.AddDays(RenewDays);
    }

    private static void Make(NginxCertificate certificate, DateTimeOffset now)
    {
        var (from, to) = (now.AddDays(-1), now.AddDays(ValidDays));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authorityRequest = new CertificateRequest(AuthorityName, authorityKey, HashAlgorithmName.SHA256);
        authorityRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        authorityRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        authorityRequest.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(authorityRequest.PublicKey, false));
        using var authority = authorityRequest.CreateSelfSigned(from, to);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        using var signed = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(16));

        Write(certificate, key.ExportPkcs8PrivateKeyPem(), signed.ExportCertificatePem(), authority.ExportCertificatePem());
    }

    private static void Write(NginxCertificate certificate, string key, string own, string authority)
    {
        Write(certificate.KeyFile, key, isSecret: true);
        Write(AuthorityOf(certificate), authority, isSecret: false);
        Write(certificate.CertificateFile, own, isSecret: false);
    }

    /// <summary>Writes a file that is whole or not there, and is never readable by others if it is secret.</summary>
    private static void Write(string path, string text, bool isSecret)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = isSecret
                ? UnixFileMode.UserRead | UnixFileMode.UserWrite
                : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        }

        using (var writer = new StreamWriter(temporary, options))
        {
            writer.Write(text + "\n");
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static FileStream Lock(string path)
    {
        var until = DateTime.UtcNow + LockPatience;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (DateTime.UtcNow < until)
            {
                Thread.Sleep(50);
            }
        }
    }
}
