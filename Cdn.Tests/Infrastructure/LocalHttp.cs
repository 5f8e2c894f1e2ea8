using System.Security.Cryptography.X509Certificates;

namespace Cdn.Tests.Infrastructure;

/// <summary>Clients of an edge with a certificate of our own.</summary>
internal static class LocalHttp
{
    /// <summary>A client that trusts one authority, and no other.</summary>
    public static HttpClient Trusting(string authorityFile) => new(Handler(authorityFile));

    /// <summary>The same, to be changed further.</summary>
    public static SocketsHttpHandler Handler(string authorityFile)
    {
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authorityFile));
        return handler;
    }
}
