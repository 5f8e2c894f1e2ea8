using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Aspire.Hosting.Nginx.Certificates;

/// <summary>
/// A certificate for localhost, 127.0.0.1 and ::1: a copy of the <see cref="DeveloperCertificate"/> if this user trusts one, else one that is
/// signed by an authority of its own. That one's key is thrown away as soon as it has signed, so whoever trusts <c>ca.crt</c> trusts this
/// one certificate and no other.
/// </summary>
internal static class DevelopmentCertificate
{
    /// <summary>Days that it is valid: 365. A new one is made when less than a week is left.</summary>
    private const int ValidDays = 365;

    private const int RenewDays = 7;

    private const string AuthorityName = "CN=Cdn development authority";

    /// <summary>Time that another process may take to make the same files: 10 s.</summary>
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(10);

    /// <summary>The files of a certificate in a folder.</summary>
    public static NginxCertificate In(string folder) => new(Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"), MakeIfMissing: true);

    /// <summary>The authority that clients trust, beside a certificate that was made here.</summary>
    public static string AuthorityOf(NginxCertificate certificate) =>
        Path.Combine(Path.GetDirectoryName(certificate.CertificateFile)!, "ca.crt");

    /// <summary>
    /// Makes the certificate if neither file is there, or renews one that was made here, or replaces it by a developer certificate that is
    /// trusted since. Never touches another.
    /// </summary>
    public static void EnsureIfWanted(
        NginxCertificate certificate, TimeProvider? time = null, Func<DateTimeOffset, X509Certificate2?>? findDeveloperCertificate = null)
    {
        var now = (time ?? TimeProvider.System).GetUtcNow();
        if (!certificate.MakeIfMissing)
        {
            return;
        }

        var folder = Path.GetDirectoryName(certificate.CertificateFile)!;
        Directory.CreateDirectory(folder);
        using var exclusive = Lock(Path.Combine(folder, ".lock"));
        var isThere = File.Exists(certificate.CertificateFile) || File.Exists(certificate.KeyFile);
        if (isThere && !IsOurs(certificate))
        {
            return;
        }

        using var developer = (findDeveloperCertificate ?? DeveloperCertificate.FindTrusted)(now.AddDays(RenewDays));
        if (developer is not null && DeveloperCertificate.ExportKeyPem(developer) is { } key)
        {
            if (!isThere || ThumbprintOf(certificate) != developer.Thumbprint)
            {
                Write(certificate, key, developer.ExportCertificatePem(), authority: developer.ExportCertificatePem());
            }
        }
        else if (!isThere || IsEnding(certificate, now))
        {
            Make(certificate, now);
        }
    }

    /// <summary>Finds out before nginx does whether it can use a certificate.</summary>
    /// <exception cref="DistributedApplicationException">It cannot; one sentence says why.</exception>
    public static void Validate(NginxCertificate certificate)
    {
        foreach (var file in (string[])[certificate.CertificateFile, certificate.KeyFile])
        {
            if (!File.Exists(file))
            {
                throw new DistributedApplicationException($"The certificate file {file} is not there.");
            }
        }

        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(certificate.CertificateFile, certificate.KeyFile);
            if (pair.NotAfter < DateTime.Now)
            {
                throw new DistributedApplicationException($"The certificate {certificate.CertificateFile} ended on {pair.NotAfter:yyyy-MM-dd}.");
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new DistributedApplicationException(
                $"The certificate {certificate.CertificateFile} cannot be used with the key {certificate.KeyFile}: {e.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>
    /// Whether the authority beside it has signed it, or it is a developer certificate. The file alone says nothing: it stays when somebody puts a certificate
    /// of their own in the folder.
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
            var isCopy = authority.Thumbprint == current.Thumbprint && DeveloperCertificate.Is(current);
            return isCopy || (authority.Subject == AuthorityName && current.Issuer == AuthorityName && chain.Build(current));
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return false; // Not for us to replace; Validate says what is wrong with it.
        }
    }

    private static string ThumbprintOf(NginxCertificate certificate)
    {
        using var current = X509CertificateLoader.LoadCertificateFromFile(certificate.CertificateFile);
        return current.Thumbprint;
    }

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
