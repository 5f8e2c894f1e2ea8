using Aspire.Hosting.Nginx.Certificates;

namespace Aspire.Hosting;

/// <content>How nginx proves who it is.</content>
public static partial class NginxBuilderExtensions
{
    /// <summary>
    /// Uses a certificate of your own: the endpoint becomes <c>https</c>, with HTTP/2. nginx reads the files anew when they
    /// change.
    /// </summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="certificateFile">
    /// PEM, the server's certificate first, then those up to the root; relative to the AppHost's folder.
    /// </param>
    /// <param name="keyFile">PEM, without a password; relative to the AppHost's folder.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithCertificate(
        this IResourceBuilder<NginxResource> builder, string certificateFile, string keyFile)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(certificateFile);
        ArgumentException.ThrowIfNullOrEmpty(keyFile);
        builder.Resource.WantedCertificate = new NginxCertificate(
            builder.FullPath(certificateFile), builder.FullPath(keyFile), MakeIfMissing: false);
        return builder.SpeaksHttps();
    }

    /// <summary>
    /// Uses a certificate for development: the endpoint becomes <c>https</c>, with HTTP/2. It is <c>tls.crt</c> and
    /// <c>tls.key</c> of the folder if you put them there; else the developer certificate of this machine, as Aspire gives it to
    /// other resources, if it is trusted (<c>aspire certs trust</c>); else one for localhost that is made in the folder on first
    /// run, with its authority in <c>ca.crt</c> for clients to trust.
    /// </summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="folder">Relative to the AppHost's folder.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithDevelopmentCertificate(
        this IResourceBuilder<NginxResource> builder, string folder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        builder.Resource.WantedCertificate = DevelopmentCertificate.In(builder.FullPath(folder));
        return builder
            .WithAnnotation(new HttpsCertificateAnnotation(), ResourceAnnotationMutationBehavior.Replace)
            .SpeaksHttps();
    }

    /// <summary>Says which clients TLS is spoken with; without it, those of <see cref="NginxTlsProfile.Intermediate"/>.</summary>
    /// <param name="builder">The resource builder for nginx.</param>
    /// <param name="profile">The profile.</param>
    /// <returns>The <see cref="IResourceBuilder{T}"/>.</returns>
    public static IResourceBuilder<NginxResource> WithTlsProfile(
        this IResourceBuilder<NginxResource> builder, NginxTlsProfile profile)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.TlsProfile = profile;
        return builder;
    }

    private static IResourceBuilder<NginxResource> SpeaksHttps(this IResourceBuilder<NginxResource> builder)
    {
        var endpoint = builder.Resource.PrimaryAnnotation;
        (endpoint.Name, endpoint.UriScheme, endpoint.TargetPort) = (NginxResource.HttpsEndpointName, "https", HttpsPort);
        return builder;
    }
}
