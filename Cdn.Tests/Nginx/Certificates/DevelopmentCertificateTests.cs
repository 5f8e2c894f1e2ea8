using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Aspire.Hosting.Nginx.Certificates;
using Cdn.Tests.Infrastructure;

namespace Cdn.Tests.Nginx.Certificates;

public sealed class DevelopmentCertificateTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NginxCertificate _certificate;

    public DevelopmentCertificateTests() => _certificate = DevelopmentCertificate.In(_folder.Of("certs"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ensure_NothingThere_MakesOneForLocalhostThatItsAuthorityVouchesFor()
    {
        Ensure();

        _certificate.Validate();
        using var authority = X509CertificateLoader.LoadCertificateFromFile(DevelopmentCertificate.AuthorityOf(_certificate));
        using var made = X509CertificateLoader.LoadCertificateFromFile(_certificate.CertificateFile);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        Assert.True(chain.Build(made));
        Assert.True(made.MatchesHostname("localhost"));
        var names = made.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["localhost"], names.EnumerateDnsNames());
        Assert.Equal(["127.0.0.1", "::1"], names.EnumerateIPAddresses().Select(address => address.ToString()));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_certificate.KeyFile));
        }

        Assert.DoesNotContain("ca.key", _folder.Files("certs"));
    }

    [Fact]
    public void Ensure_MadeBefore_KeepsIt()
    {
        Ensure();
        var before = File.ReadAllText(_certificate.CertificateFile);

        Ensure();

        Assert.Equal(before, File.ReadAllText(_certificate.CertificateFile));
    }

    [Fact]
    public void Ensure_OwnFilesThere_NeverTouchesThem()
    {
        WriteOwn(DateTimeOffset.UtcNow.AddDays(1));
        var before = File.ReadAllText(_certificate.CertificateFile);

        Ensure();

        Assert.Equal(before, File.ReadAllText(_certificate.CertificateFile));
        Assert.False(File.Exists(DevelopmentCertificate.AuthorityOf(_certificate)));
    }

    [Fact]
    public void Ensure_MadeHereAndEnding_RenewsIt()
    {
        var lastYear = new ManualTime();
        lastYear.Advance(DateTimeOffset.UtcNow.AddDays(-360) - lastYear.GetUtcNow());
        Ensure(lastYear);
        Assert.True(DevelopmentCertificate.IsOurs(_certificate));
        var before = File.ReadAllText(_certificate.CertificateFile);

        Ensure();

        Assert.NotEqual(before, File.ReadAllText(_certificate.CertificateFile));
        _certificate.Validate();
    }

    [Fact]
    public void Ensure_OwnFilesBesideAnOldAuthorityAndEnding_NeverTouchesThem()
    {
        Ensure();
        WriteOwn(DateTimeOffset.UtcNow.AddDays(1));
        var (before, key) = (File.ReadAllText(_certificate.CertificateFile), File.ReadAllText(_certificate.KeyFile));

        Ensure();

        Assert.False(DevelopmentCertificate.IsOurs(_certificate));
        Assert.True(DevelopmentCertificate.IsTheirs(_certificate));
        Assert.Equal(before, File.ReadAllText(_certificate.CertificateFile));
        Assert.Equal(key, File.ReadAllText(_certificate.KeyFile));
    }

    [Fact]
    public void Validate_Ended_SaysWhen()
    {
        WriteOwn(DateTimeOffset.UtcNow.AddDays(-1));

        var error = Assert.Throws<DistributedApplicationException>(() => _certificate.Validate());

        Assert.Contains("ended on", error.Message);
    }

    [Fact]
    public void Validate_NotACertificate_SaysSo()
    {
        WriteOwn(DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(_certificate.CertificateFile, "not a certificate");

        var error = Assert.Throws<DistributedApplicationException>(() => _certificate.Validate());

        Assert.Contains("cannot be used", error.Message);
    }

    [Fact]
    public void Validate_KeyMissing_SaysWhich()
    {
        WriteOwn(DateTimeOffset.UtcNow.AddDays(1));
        File.Delete(_certificate.KeyFile);

        var error = Assert.Throws<DistributedApplicationException>(() => _certificate.Validate());

        Assert.Equal($"The certificate file {_certificate.KeyFile} is not there.", error.Message);
    }

    private void Ensure(TimeProvider? time = null) => DevelopmentCertificate.Ensure(_certificate, time);

    private void WriteOwn(DateTimeOffset until)
    {
        Directory.CreateDirectory(_folder.Of("certs"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=cdn.example", key, HashAlgorithmName.SHA256);
        using var own = request.CreateSelfSigned(until.AddDays(-10), until);
        File.WriteAllText(_certificate.CertificateFile, own.ExportCertificatePem());
        File.WriteAllText(_certificate.KeyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
