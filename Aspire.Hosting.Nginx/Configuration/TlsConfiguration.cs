using System.Globalization;
using System.Text;
using Aspire.Hosting.Nginx.Certificates;

namespace Aspire.Hosting.Nginx.Configuration;

/// <summary>The part of <c>generated/listen.conf</c> that is about TLS, and <c>generated/hsts.conf</c>.</summary>
internal static class TlsConfiguration
{
    /// <summary>
    /// Mozilla's intermediate suites of TLS 1.2, but for those with finite-field Diffie-Hellman: no client needs them, and they
    /// let one make a server work hard (CVE-2002-20001).
    /// </summary>
    private static readonly string[] Suites =
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ];

    /// <summary>
    /// Time for which a browser that was here speaks HTTPS only with this host: 63,072,000 s, two years, as Mozilla has it (RFC
    /// 6797).
    /// </summary>
    private const int HstsSeconds = 63_072_000;

    /// <summary>
    /// The text. Sessions are resumed from nginx's memory, not from tickets: the key of those would have to be changed all the
    /// time, or it opens what was recorded before.
    /// </summary>
    public static string Write(NginxCertificate certificate, NginxTlsProfile profile)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"ssl_certificate {NginxText.Quote(certificate.CertificateFile)};\n");
        text.Append(CultureInfo.InvariantCulture, $"ssl_certificate_key {NginxText.Quote(certificate.KeyFile)};\n");
        if (profile == NginxTlsProfile.Modern)
        {
            text.Append("ssl_protocols TLSv1.3;\n");
        }
        else
        {
            text.Append(
                CultureInfo.InvariantCulture, $"ssl_protocols TLSv1.2 TLSv1.3;\nssl_ciphers {string.Join(':', Suites)};\n");
        }

        return text.Append("ssl_prefer_server_ciphers off;\nssl_session_tickets off;\n").ToString();
    }

    /// <summary>
    /// The header <c>Strict-Transport-Security</c>; nothing without a certificate, or with one for development: nobody must be
    /// told to come to localhost by HTTPS only, whatever listens there.
    /// </summary>
    public static string WriteHsts(bool isProduction) => isProduction
        ? string.Create(CultureInfo.InvariantCulture, $"add_header Strict-Transport-Security max-age={HstsSeconds} always;\n")
        : "";
}
