using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace RocketMQ.Remoting.Tls;

/// <summary>Who an end says it is, and by whom it lets others prove who they are.</summary>
/// <param name="Certificate">Its own certificate with the key; null where it has none.</param>
/// <param name="Authorities">Whom it trusts; null: the system's.</param>
internal sealed record TlsIdentity(SslStreamCertificateContext? Certificate, X509Certificate2Collection? Authorities)
{
    /// <summary>How a peer's certificate is judged. Nothing is fetched for it: a peer's certificate could name any address.</summary>
    public X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (Authorities is not null)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(Authorities);
        }

        return policy;
    }
}
