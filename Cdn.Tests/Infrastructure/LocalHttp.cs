using System.Net.Security;
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
        handler.SslOptions.CertificateChainPolicy = PolicyOf(authorityFile);
        return handler;
    }

    /// <summary>The same for TLS alone.</summary>
    public static SslClientAuthenticationOptions Options(string authorityFile) =>
        new() { TargetHost = "localhost", CertificateChainPolicy = PolicyOf(authorityFile) };

    private static X509ChainPolicy PolicyOf(string authorityFile)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authorityFile));
        return policy;
    }
}
