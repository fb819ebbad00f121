using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RocketMQ.Remoting.Tls;

/// <summary>A certificate that nobody vouches for, for servers that were given none: what is sent is encrypted, but who serves is not proven.</summary>
internal static class TestCertificate
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(3650);

    public static SslStreamCertificateContext Make(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=RocketMQ.Net test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now + Validity);
        return SslStreamCertificateContext.Create(CertificateFiles.Usable(certificate), additionalCertificates: null, offline: true);
    }
}
