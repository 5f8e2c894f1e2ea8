namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Which clients nginx speaks TLS with: a profile of Mozilla's (https://wiki.mozilla.org/Security/Server_Side_TLS, 5.7).
/// </summary>
public enum NginxTlsProfile
{
    /// <summary>TLS 1.2 with forward secrecy and authenticated encryption, and 1.3: all clients of the last ten years.</summary>
    Intermediate,

    /// <summary>TLS 1.3 alone.</summary>
    Modern,
}
