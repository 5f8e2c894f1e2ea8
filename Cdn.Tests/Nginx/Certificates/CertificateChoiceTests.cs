using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting.Nginx.Certificates;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Nginx.Certificates;

#pragma warning disable ASPIRECERTIFICATES001 // As in the code that is tested.

/// <summary>Which certificate it is, whatever this machine has: the developer's is given by a fake.</summary>
public sealed class CertificateChoiceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IResourceBuilder<NginxResource> _nginx;

    public CertificateChoiceTests() =>
        _nginx = DistributedApplication.CreateBuilder()
            .AddNginx("nginx", 9443)
            .WithRunDirectory(_folder.Of("run"))
            .RunAsExecutable();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void None_OfAnNginxAlone_IsPlainHttp()
    {
        Choose(hasDeveloperCertificate: true);

        Assert.Null(_nginx.Resource.CertificateFiles);
        Assert.Equal(("http", "http"), (_nginx.Resource.PrimaryEndpoint.EndpointName, _nginx.Resource.PrimaryEndpoint.Scheme));
        Assert.False(UsesAspires());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FilesThatWereNamed_AreTaken(bool hasDeveloperCertificate)
    {
        var own = WriteOwn(DateTimeOffset.UtcNow.AddDays(1));
        _nginx.WithDevelopmentCertificate(_folder.Of("other")).WithCertificate(own.CertificateFile, own.KeyFile);

        Choose(hasDeveloperCertificate);

        Assert.Equal(own.CertificateFile, _nginx.Resource.Certificate?.CertificateFile);
        Assert.Null(_nginx.Resource.DevelopmentAuthorityFile);
        Assert.Equal(("https", "https"), (_nginx.Resource.PrimaryEndpoint.EndpointName, _nginx.Resource.PrimaryEndpoint.Scheme));
        Assert.False(UsesAspires());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void FilesThatSomebodyPutIntoTheFolder_AreTaken(bool hasDeveloperCertificate)
    {
        var own = WriteOwn(DateTimeOffset.UtcNow.AddDays(1));
        _nginx.WithDevelopmentCertificate(_folder.Path);

        Choose(hasDeveloperCertificate);

        Assert.Equal(own.CertificateFile, _nginx.Resource.Certificate?.CertificateFile);
        Assert.Null(_nginx.Resource.DevelopmentAuthorityFile);
        Assert.False(UsesAspires());
    }

    [Fact]
    public void DeveloperCertificate_ThatIsTrusted_IsTakenBeforeOneIsMade_AndAfterOneWasMade()
    {
        _nginx.WithDevelopmentCertificate(_folder.Of("certs"));
        for (var turn = 0; turn < 2; turn++)
        {
            Choose(hasDeveloperCertificate: true);

            Assert.True(UsesAspires());
            Assert.Null(_nginx.Resource.CertificateFiles);
            using var authority = X509CertificateLoader.LoadCertificateFromFile(_nginx.Resource.DevelopmentAuthorityFile!);
            Assert.Equal("CN=localhost", authority.Subject);
            DevelopmentCertificate.Ensure(DevelopmentCertificate.In(_folder.Of("certs")));
        }
    }

    [Fact]
    public void NoDeveloperCertificate_AndNothingInTheFolder_HasOneMade()
    {
        _nginx.WithDevelopmentCertificate(_folder.Of("certs"));

        Choose(hasDeveloperCertificate: false);

        Assert.Equal(_folder.Of("certs", "tls.crt"), _nginx.Resource.Certificate?.CertificateFile);
        Assert.Equal(_folder.Of("certs", "ca.crt"), _nginx.Resource.DevelopmentAuthorityFile);
    }

    [Fact]
    public void DeveloperCertificateOfAspire_AskedForAlone_HasTheEndpointSpeakHttps()
    {
        _nginx.WithHttpsDeveloperCertificate();

        Choose(hasDeveloperCertificate: true);

        Assert.True(UsesAspires());
        Assert.Equal(("http", "https"), (_nginx.Resource.PrimaryEndpoint.EndpointName, _nginx.Resource.PrimaryEndpoint.Scheme));
    }

    [Fact]
    public void FilesOfAnEndedCertificate_AreRefusedInOneSentence()
    {
        var own = WriteOwn(DateTimeOffset.UtcNow.AddDays(-1));
        _nginx.WithCertificate(own.CertificateFile, own.KeyFile);

        var error = Assert.Throws<DistributedApplicationException>(() => Choose(hasDeveloperCertificate: false));

        Assert.Contains("ended on", error.Message);
    }

    private void Choose(bool hasDeveloperCertificate)
    {
        Directory.CreateDirectory(_folder.Of("run"));
        CertificateChoice.Make(_nginx.Resource, new DeveloperCertificates(hasDeveloperCertificate));
    }

    /// <summary>Whether Aspire is going to give its certificate.</summary>
    private bool UsesAspires() =>
        _nginx.Resource.Annotations.OfType<HttpsCertificateAnnotation>().Last() is not { UseDeveloperCertificate: false };

    private NginxCertificate WriteOwn(DateTimeOffset until)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=own.example", key, HashAlgorithmName.SHA256);
        using var own = request.CreateSelfSigned(until.AddDays(-10), until);
        var certificate = DevelopmentCertificate.In(_folder.Path) with { MakeIfMissing = false };
        File.WriteAllText(certificate.CertificateFile, own.ExportCertificatePem());
        File.WriteAllText(certificate.KeyFile, key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    private sealed class DeveloperCertificates(bool isThere) : IDeveloperCertificateService
    {
        public ImmutableList<X509Certificate2> Certificates { get; } = isThere ? [Make()] : [];

        public bool SupportsContainerTrust => true;

        public bool UseForHttps => isThere;

        public bool TrustCertificate => true;

        private static X509Certificate2 Make()
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(100));
        }
    }
}
