using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting.Nginx.Configuration;
using Aspire.Hosting.Nginx.Layout;

namespace Aspire.Hosting.Nginx.Certificates;

/// <summary>Chooses the certificate before anything is started, so that what is wrong with it is said at once.</summary>
internal static class CertificateChoice
{
    /// <summary>
    /// Files that were named come first, then those that somebody put into the folder for development, then what Aspire gives
    /// (its trusted developer certificate, or one of <c>WithHttpsCertificate</c>), and last one that is made here. Without any of
    /// them it is plain HTTP.
    /// </summary>
    /// <exception cref="DistributedApplicationException">It cannot be used; one sentence says why.</exception>
    public static void Make(NginxResource nginx, IDeveloperCertificateService developerCertificates)
    {
        var wanted = nginx.WantedCertificate;
        if (wanted is not { MakeIfMissing: false } && !(wanted is not null && DevelopmentCertificate.IsTheirs(wanted))
            && OfAspire(nginx, developerCertificates) is { } given)
        {
            UseAspires(nginx, given);
        }
        else if (wanted is not null)
        {
            UseFiles(nginx, wanted);
        }
    }

    /// <summary>What Aspire's callback says: where it puts its certificate.</summary>
    public static async Task TakeAsync(NginxResource nginx, HttpsCertificateConfigurationCallbackAnnotationContext context)
    {
        // The key is written only if somebody asks for its path.
        var certificate = await context.CertificatePath.GetValueAsync(context.CancellationToken);
        var key = await context.KeyPath.GetValueAsync(context.CancellationToken);
        nginx.Certificate = new NginxCertificate(certificate!, key!, MakeIfMissing: false);
    }

    private static void UseFiles(NginxResource nginx, NginxCertificate certificate)
    {
        if (certificate.MakeIfMissing)
        {
            DevelopmentCertificate.Ensure(certificate);
        }

        certificate.Validate();
        Replace(nginx, new HttpsCertificateAnnotation { UseDeveloperCertificate = false });
        nginx.CertificateFiles = certificate;
        nginx.Certificate = nginx.IsContainer
            ? new NginxCertificate(
                InRunDirectory(ConfigurationWriter.CertificateCopy), InRunDirectory(ConfigurationWriter.KeyCopy), MakeIfMissing: false)
            : certificate;
        nginx.DevelopmentAuthorityFile = DevelopmentCertificate.IsOurs(certificate)
            ? DevelopmentCertificate.AuthorityOf(certificate)
            : null;

        string InRunDirectory(string name) => NginxPaths.Of(nginx, Path.Combine(nginx.RunDirectory!, name));
    }

    private static void UseAspires(NginxResource nginx, X509Certificate2 certificate)
    {
        if (nginx.Annotations.OfType<HttpsCertificateAnnotation>().LastOrDefault()?.Password is not null)
        {
            throw new DistributedApplicationException(
                $"{nginx.Name} reads keys without a password only: leave it out of WithHttpsDeveloperCertificate.");
        }

        nginx.PrimaryAnnotation.UriScheme = "https";
        nginx.DevelopmentAuthorityFile = Path.Combine(nginx.RunDirectory!, "ca.crt");
        File.WriteAllText(nginx.DevelopmentAuthorityFile, certificate.ExportCertificatePem() + "\n");
    }

    /// <summary>What Aspire is going to give.</summary>
    private static X509Certificate2? OfAspire(NginxResource nginx, IDeveloperCertificateService developerCertificates)
    {
        var annotation = nginx.Annotations.OfType<HttpsCertificateAnnotation>().LastOrDefault();
        return annotation?.Certificate
            ?? (annotation?.UseDeveloperCertificate ?? developerCertificates.UseForHttps
                ? developerCertificates.Certificates.FirstOrDefault()
                : null);
    }

    private static void Replace(NginxResource nginx, HttpsCertificateAnnotation annotation)
    {
        foreach (var old in nginx.Annotations.OfType<HttpsCertificateAnnotation>().ToList())
        {
            nginx.Annotations.Remove(old);
        }

        nginx.Annotations.Add(annotation);
    }
}
