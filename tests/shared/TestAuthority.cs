using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace RocketMQ.TestSupport;

/// <summary>An authority that certifies whoever a test needs, as PEM files in a folder of its own.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly X509Certificate2 _own;
    private int _number;

    /// <param name="above">Who certifies it; null: nobody.</param>
    public TestAuthority(TestAuthority? above = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(above is null ? "CN=authority" : "CN=between", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var (from, until) = (DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        _own = above is null
            ? request.CreateSelfSigned(from, until)
            : request.Create(above._own, from, until.AddHours(-1), RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
        File.WriteAllText(Path, _own.ExportCertificatePem());
    }

    /// <summary>Its own certificate.</summary>
    public string Path => _folder.File("authority.pem");

    /// <summary>A certificate and its key, in PKCS#8 without a password.</summary>
    public (string CertPath, string KeyPath) Certify(string name)
    {
        var (certificate, key) = Make(name);
        var number = Interlocked.Increment(ref _number);
        var (certPath, keyPath) = (_folder.File($"{number}-{name}.pem"), _folder.File($"{number}-{name}.key"));
        File.WriteAllText(certPath, certificate);
        File.WriteAllText(keyPath, key);
        return (certPath, keyPath);
    }

    /// <summary>The same as text.</summary>
    public (string Certificate, string Key) Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_own, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(29), RandomNumberGenerator.GetBytes(8));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose()
    {
        _own.Dispose();
        _folder.Dispose();
    }
}
